import { readMetricName } from '../../contracts/src/index.ts';
import { hourMs, judgeShift, judgeSimply, type MetricVerdict, type MonitorMethod, SeriesData } from '../../detect/src/bundled.ts';

export interface Sample {
  /** Milliseconds since 1970, or a date. */
  readonly timestamp: number | Date;
  /** In whatever unit the metric has, not negative. Of a rate 1 for what failed and 0 for what did not. */
  readonly value: number;
  /** What kind of traffic it came from, such as `mobile DE`: a change of the mix between these is no regression. 50 are told apart. */
  readonly segment?: string;
}

/** Everything that was measured of a metric from one moment on, until before another. */
export type FetchData = (metric: string, from: Date, to: Date) => Promise<Iterable<Sample>> | Iterable<Sample>;

/** What is known of a metric now; `since` is a date. */
export interface RegressionResult extends Omit<MetricVerdict, 'since'> {
  readonly metric: string;
  /** When it began; null where nothing was detected, and for the plain comparison, which does not know. */
  readonly since: Date | null;
}

export interface MonitorOptions {
  /**
   * `shift`, the detector that Beaconhouse pages people by, when absent. `simple`: p95 of the last 24 hours is more than 10 % above that of days
   * 7 to 14 ago; it knows neither weekends nor mix.
   */
  readonly method?: MonitorMethod;
  /** Where a regression is told, while it lasts; awaited. */
  readonly onRegression?: (result: RegressionResult) => Promise<void> | void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const days = 15;
const dayMs = 24 * hourMs;
/** Bins are 2 % wide, and the first one begins here: values are told to 1 %, whatever their unit. */
const gamma = 1.02;
const lowest = 1e-9;
const mostSegments = 50;
const other = '__other__';

/**
 * Asks for the last 15 days of a metric, day by day, and says whether it is worse than before. Hours that are not over yet are left out.
 * Throws a RangeError for a name that no metric can have, and for a sample that is none.
 */
export async function monitorMetric(metric: string, fetchData: FetchData, options: MonitorOptions = {}): Promise<RegressionResult> {
  const { method = 'shift', onRegression, now = Date.now } = options;
  const named = readMetricName(metric);
  if (!named || named.statistic === 'count') throw new RangeError(`metric: ${JSON.stringify(metric)} names no metric with values`);
  const end = Math.floor(now() / hourMs) * hourMs;
  const hours = new Hours(named.statistic === 'rate' ? 'rate' : 'latency');
  for (let day = days; day > 0; day--) {
    const [from, to] = [end - day * dayMs, end - (day - 1) * dayMs];
    hours.add(await fetchData(metric, new Date(from), new Date(to)), from, to);
  }
  const quantile = named.statistic === 'rate' ? 0 : Number(named.statistic.slice(1)) / 100;
  const request = { data: hours.data, first: hours.first ?? end / hourMs, hour: end / hourMs - 1, quantile, lowest };
  const { since, ...verdict } = method === 'simple' ? judgeSimply(request) : judgeShift(request);
  const result = { metric, ...verdict, since: since === null ? null : new Date(since * hourMs) };
  if (result.detected) await onRegression?.(result);
  return result;
}

/** Histograms by hour and segment: samples themselves are not kept. */
class Hours {
  readonly data: SeriesData;
  /** The first hour with samples, since 1970. */
  first: number | undefined;
  readonly #segments = new Map<string, number>();

  constructor(kind: 'latency' | 'rate') {
    this.data = new SeriesData(kind, gamma);
  }

  /** Of [from, to), in milliseconds since 1970; samples outside of it are left out, so that none counts twice. */
  add(samples: Iterable<Sample>, from: number, to: number): void {
    const cells = new Map<string, { hour: number; segment: number; counts: Map<number, number> }>();
    for (const { timestamp, value, segment = '' } of samples) {
      const at = Number(timestamp);
      if (!Number.isFinite(at)) throw new RangeError(`timestamp: ${JSON.stringify(timestamp)} is no moment`);
      if (!Number.isFinite(value) || value < 0) throw new RangeError(`value: ${JSON.stringify(value)} is no measure`);
      if (at < from || at >= to) continue;
      const hour = Math.floor(at / hourMs);
      const place = this.#segmentOf(segment);
      const key = `${hour} ${place}`;
      let cell = cells.get(key);
      if (!cell) {
        cell = { hour, segment: place, counts: new Map() };
        cells.set(key, cell);
      }
      const bin = this.#binOf(value);
      cell.counts.set(bin, (cell.counts.get(bin) ?? 0) + 1);
    }
    for (const { hour, segment, counts } of cells.values()) {
      this.first = Math.min(this.first ?? hour, hour);
      this.data.add(hour, segment, { bins: [...counts.keys()], counts: [...counts.values()] });
    }
  }

  #binOf(value: number): number {
    if (this.data.kind === 'rate') return value > 0 ? 1 : 0;
    return Math.max(0, Math.floor(Math.log(Math.max(value, lowest) / lowest) / Math.log(gamma)));
  }

  #segmentOf(segment: string): number {
    const known = this.#segments.get(segment);
    if (known !== undefined) return known;
    if (segment !== other && this.#segments.size >= mostSegments - 1) return this.#segmentOf(other);
    this.#segments.set(segment, this.#segments.size);
    return this.#segments.size - 1;
  }
}
