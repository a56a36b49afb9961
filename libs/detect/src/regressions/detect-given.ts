import { hourMs } from '../hours.ts';
import type { GivenAnswer, GivenSeries } from './given-series.ts';
import { type HourCounts } from './series.ts';
import { SeriesData } from './series-data.ts';
import { simpleChange, simpleLevels, simplyDetected } from './simple.ts';
import { SeriesWatch } from './watch.ts';

/** `shift`: the detector that the product runs; `simple`: the plain comparison, to hold it against. */
export const detectMethods = ['shift', 'simple'] as const;
export type DetectMethod = (typeof detectMethods)[number];

type Alert = GivenAnswer['alerts'][number];

/** Before its first judged hour a series is judged this often, so that what changed earlier is not taken for new. */
const warmUpEvery = 3;

/** Lets time pass over a series hour by hour; each hour knows what had arrived by its end and nothing else. */
export function detectGiven(series: GivenSeries, method: DetectMethod = 'shift'): GivenAnswer {
  const first = Math.floor(Date.parse(series.t0) / hourMs);
  const data = new SeriesData(series.kind, series.bin?.gamma ?? 1.05);
  const judge = method === 'shift' ? byShift(series, data, first) : bySimple(series, data, first);
  const late = Map.groupBy(
    series.strata.flatMap(({ late = [] }, stratum) => late.map(([hour, lag, cells]) => ({ hour, known: hour + lag, stratum, cells }))),
    ({ known }) => known,
  );
  const deploys = Map.groupBy(series.deploys ?? [], ({ hour }) => hour);
  const alerts: Alert[] = [];
  for (let i = 0; i < series.hours; i++) {
    for (const [stratum, given] of series.strata.entries()) data.add(first + i, stratum, countsOf(series, given, i));
    for (const { hour, stratum, cells } of late.get(i) ?? []) data.add(first + hour, stratum, pairs(cells));
    for (const { version } of deploys.get(i) ?? []) data.deploys.push({ hour: first + i, version });
    const alert = judge(i);
    if (alert && i >= series.eval_from) alerts.push(alert);
  }
  return { id: series.id, alerts };
}

function byShift(series: GivenSeries, data: SeriesData, first: number): (i: number) => Alert | undefined {
  const watch = new SeriesWatch(data, { began: first + series.eval_from });
  return (i) => {
    if (i < series.eval_from && (series.eval_from - i) % warmUpEvery !== 0) return undefined;
    const found = watch.takeHour(first + i, first);
    if (!found) return undefined;
    return {
      t: i,
      start: found.start - first,
      dim: found.stratum === null ? null : series.strata[found.stratum]!.key,
      deploy: found.deploy === null ? null : found.deploy - first,
    };
  };
}

/** Alarms when the comparison begins to hold; it knows no start but the alarm's own and no place. */
function bySimple(series: GivenSeries, data: SeriesData, first: number): (i: number) => Alert | undefined {
  let before = false;
  return (i) => {
    if (i < series.eval_from - 1) return undefined;
    const now = simplyDetected(simpleChange(data, simpleLevels(data, first + i)));
    const begins = now && !before;
    before = now;
    return begins ? { t: i, start: i, dim: null, deploy: null } : undefined;
  };
}

const none: HourCounts = { bins: [], counts: [] };

function countsOf({ kind }: GivenSeries, { h, n, k }: GivenSeries['strata'][number], hour: number): HourCounts {
  if (kind === 'latency') return pairs(h?.[hour] ?? []);
  const [calls, errors] = [n?.[hour] ?? 0, k?.[hour] ?? 0];
  return calls === 0 ? none : { bins: [0, 1], counts: [calls - errors, errors] };
}

function pairs(flat: readonly number[]): HourCounts {
  return { bins: flat.filter((_, i) => i % 2 === 0), counts: flat.filter((_, i) => i % 2 === 1) };
}
