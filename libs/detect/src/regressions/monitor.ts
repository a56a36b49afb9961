import { type Measured, measure, percentBetween, severityOf, shown } from './describe.ts';
import type { SeriesData } from './series-data.ts';
import { type Levels, levelBetween, simpleChange, simpleLevels, simplyDetected } from './simple.ts';
import { trendOf } from './trend.ts';
import { type Regression, SeriesWatch } from './watch.ts';

export type MonitorMethod = 'shift' | 'simple';

/** What is known of a metric now. */
export interface MetricVerdict {
  readonly detected: boolean;
  /** Above 50 % high, above 25 % medium. */
  readonly severity: Measured['severity'];
  /** In the metric's own unit; null where there were no samples. */
  readonly currentValue: number | null;
  readonly baselineValue: number | null;
  /** Null where one of the two is. */
  readonly percentageChange: number | null;
  readonly trend: Measured['trend'];
  /** Start of the hour with which it began, since 1970; null where nothing was detected, and for the plain comparison, which does not know. */
  readonly since: number | null;
}

interface MonitorRequest {
  readonly data: SeriesData;
  /** The first hour with samples and the last one that is complete, since 1970. */
  readonly first: number;
  readonly hour: number;
  readonly quantile: number;
  /** Lower bound of bin 0. */
  readonly lowest: number;
}

/** A past in which every third hour is judged tells what changed long ago; the days before now are judged hour by hour. */
const warmUpEvery = 3;
const closelyHours = 72;
const dayHours = 24;

/** The plain comparison: p95 of a day against that of days 7 to 14 ago. */
export function judgeSimply(request: MonitorRequest): MetricVerdict {
  const { data, hour } = request;
  const levels = simpleLevels(data, hour);
  return { ...compared(request, levels), detected: simplyDetected(simpleChange(data, levels)), since: null };
}

/** The detector of the house, as if it had watched all the hours that were given. */
export function judgeShift(request: MonitorRequest): MetricVerdict {
  const { data, first, hour, quantile, lowest } = request;
  const watch = new SeriesWatch(data);
  let open: Regression | null = null;
  for (let at = first; at <= hour; at++) {
    if (hour - at > closelyHours && (hour - at) % warmUpEvery !== 0) continue;
    open = watch.takeHour(at, first) ?? open;
    if (watch.takeReturn(at)) open = null;
  }
  if (open === null) {
    const levels = {
      current: levelBetween(data, hour + 1 - dayHours, hour + 1, quantile),
      baseline: levelBetween(data, first, hour + 1 - dayHours, quantile),
    };
    return { ...compared(request, levels), detected: false, since: null };
  }
  // Since it began and up to now, not up to when it was found.
  const { severity, currentValue, baselineValue, percentageChange } = measure({
    data,
    regression: { ...open, found: hour },
    lowest,
    quantile,
  });
  return { detected: true, severity, currentValue, baselineValue, percentageChange, trend: trendNow(request), since: open.start };
}

function compared(request: MonitorRequest, { current, baseline }: Levels) {
  const { data, lowest } = request;
  const told = (level: number | undefined) =>
    level === undefined ? null : shown(data.kind === 'rate' ? level : lowest * data.gamma ** level);
  const [currentValue, baselineValue] = [told(current), told(baseline)];
  const percentageChange =
    currentValue === null || baselineValue === null || baselineValue === 0 ? null : percentBetween(baselineValue, currentValue);
  return { severity: severityOf(percentageChange ?? 0), currentValue, baselineValue, percentageChange, trend: trendNow(request) };
}

/** Over the last day, hour by hour. */
function trendNow({ data, hour, quantile }: MonitorRequest): Measured['trend'] {
  const hourly: number[] = [];
  for (let at = hour + 1 - dayHours; at <= hour; at++) {
    const level = levelBetween(data, at, at + 1, quantile);
    if (level !== undefined) hourly.push(level);
  }
  return trendOf(hourly);
}
