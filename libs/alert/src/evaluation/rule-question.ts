import {
  changeBuckets,
  percentiles,
  quantilesExpression,
  type WeighedRow,
  type Weighting,
  weightColumns,
  weightingParams,
} from '#contracts';
import type { Question } from '#platform';
import type { Measured, MeasuredWindow } from '../rules/judge.ts';
import type { MeasuredRule } from '../rules/rule.ts';

/** Moments that are judged: `from`, and every `stepS` up to `to`. Seconds since 1970, full minutes. */
export interface Moments {
  readonly from: number;
  readonly to: number;
  readonly stepS: number;
}

/** One metric of one set of labels in one part of one window. */
export interface WindowRow extends WeighedRow {
  readonly labels: readonly string[];
  /** Seconds since 1970. */
  readonly end: number;
  readonly part: number;
  readonly metric: string;
  readonly n: string;
  /** Estimated: each sample counts for 1 / its sampling rate. */
  readonly events: number;
  readonly quantiles: readonly number[];
}

const columns = { app: 'app', environment: 'env', route: 'route', tool: 'tool' } as const;
const daySeconds = 86_400;
/** Label sets of a rule, times the parts of a window; what is beyond is left out, the least busy first. */
const mostRows = 20_000;

/** Seconds between a window and what it is held against; 0: its own beginning. */
function shiftOf(rule: MeasuredRule): number {
  if (rule.kind === 'threshold') return 0;
  switch (rule.compare) {
    case 'window':
      return 0;
    case 'previous':
      return rule.config.windowS;
    case 'day':
      return daySeconds;
    case 'week':
      return 7 * daySeconds;
  }
}

/** Stored metrics that a rule is measured by. */
function metricsOf({ metric }: MeasuredRule): readonly string[] {
  return metric.statistic === 'rate' ? [...new Set([...metric.definition.part, ...metric.definition.whole])] : [metric.name];
}

/**
 * All windows of a rule in one question: every set of labels, every moment, every part. A minute of the rollup counts in each window that it
 * lies in. Robots are left out.
 */
export function ruleWindows(rule: MeasuredRule, project: string, { from, to, stepS }: Moments, weighting: Weighting): Question {
  const { windowS } = rule.config;
  const shift = shiftOf(rule);
  const inWindow = rule.kind === 'change' && rule.compare === 'window';
  const part = inWindow ? `toUInt8(intDiv(minute - (e - {window:Int64}), ${windowS / changeBuckets}))` : shift > 0 ? '1' : '0';
  const now = `arrayMap(e -> (e, toUInt8(${part})), ${endsOf('minute')})`;
  const places = shift === 0 ? now : `arrayConcat(${now}, arrayMap(e -> (e, toUInt8(0)), ${endsOf('minute + {shift:Int64}')}))`;
  return {
    sql: `SELECT labels, place.1 AS end, place.2 AS part, metric, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  ${weightColumns},
  ${quantilesExpression(weighting)} AS quantiles
FROM (
  SELECT ${labelsOf(rule)} AS labels, metric, weight, toInt64(toUnixTimestamp(t)) AS minute, arrayJoin(${places}) AS place, n AS samples, q
  FROM rum_1m
  WHERE ${cellsOf(rule)}
)
GROUP BY labels, end, part, metric ORDER BY n DESC LIMIT {most:UInt64}`,
    params: {
      ...{ project, metrics: metricsOf(rule), window: windowS, shift, step: stepS, from, to, first: from - windowS - shift },
      ...{ most: mostRows * (1 + Math.floor((to - from) / stepS)), ...rule.scope, ...weightingParams(weighting) },
    },
  };
}

const labelsOf = ({ config }: MeasuredRule) => `[${config.groupBy.map((name) => `toString(${columns[name]})`).join(', ')}]::Array(String)`;

/** The minutes that a rule is measured by, from `first` to `to`. */
function cellsOf({ scope }: MeasuredRule): string {
  const names = Object.keys(scope).map((name) => `AND ${columns[name as keyof typeof columns]} = {${name}:String}`);
  return `tenant = {project:String} AND metric IN {metrics:Array(String)} AND agent != 'bot' ${names.join(' ')}
    AND t >= toDateTime({first:Int64}, 'UTC') AND t < toDateTime({to:Int64}, 'UTC')`;
}

/** How many sets of labels a rule has in a stretch of time, and how often their events were sampled. */
export interface LabelSetsRow extends WeighedRow {
  readonly sets: string;
}

export function labelSets(rule: MeasuredRule, project: string, { from, to }: Pick<Moments, 'from' | 'to'>): Question {
  const first = from - rule.config.windowS - shiftOf(rule);
  return {
    sql: `SELECT uniqExact(${labelsOf(rule)}) AS sets, ${weightColumns} FROM rum_1m WHERE ${cellsOf(rule)}`,
    params: { project, metrics: metricsOf(rule), first, to, ...rule.scope },
  };
}

/** Rows of one window: a metric of each of its parts. */
export const cellsPerWindow = (rule: MeasuredRule) => metricsOf(rule).length * partsOf(rule);

/** The moments whose windows a minute lies in: after its end, and not more than a window after its beginning. */
function endsOf(minute: string): string {
  const least = `greatest({from:Int64}, {from:Int64} + {step:Int64} * toInt64(ceil((${minute} + 60 - {from:Int64}) / {step:Int64})))`;
  return `range(${least}, least({to:Int64}, ${minute} + {window:Int64}) + 1, {step:Int64})`;
}

export interface LabelledWindows<Windows = ReadonlyMap<number, MeasuredWindow>> {
  readonly labels: Readonly<Record<string, string>>;
  /** By moment, seconds since 1970. */
  readonly windows: Windows;
}

/** The rows of a rule, by the text of their labels. */
export function windowsOf(rule: MeasuredRule, rows: readonly WindowRow[]): Map<string, LabelledWindows> {
  const sets = Map.groupBy(rows, ({ labels }) => labels.join('\n'));
  return new Map(
    [...sets.values()].map((set) => {
      const labels = labelled(rule, set[0]!.labels);
      const ends = Map.groupBy(set, ({ end }) => Number(end));
      const windows = [...ends].map(([end, found]) => [end, measuredWindow(rule, found)] as const);
      return [labelText(labels), { labels, windows: new Map(windows) }];
    }),
  );
}

const partsOf = (rule: MeasuredRule) => (rule.kind === 'threshold' ? 1 : rule.compare === 'window' ? changeBuckets : 2);

/** Names to the values of a row, in the order of the names. */
export function labelled({ config }: MeasuredRule, values: readonly string[]): Readonly<Record<string, string>> {
  const names = config.groupBy.map((name, i) => [name, values[i]!] as const);
  return Object.fromEntries(names.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same for the same labels. */
export const labelText = (labels: Readonly<Record<string, string>>) => JSON.stringify(labels);

/** What a row says of a value, without what it is of. */
export type Cell = Pick<WindowRow, 'part' | 'metric' | 'n' | 'events' | 'quantiles'>;

/** The rows of one set of labels at one moment. */
export function measuredWindow(rule: MeasuredRule, rows: readonly Cell[]): MeasuredWindow {
  const parts = partsOf(rule);
  if (parts === 1) return [measuredOf(rule, rows)];
  const byPart = Map.groupBy(rows, ({ part }) => part);
  return Array.from({ length: parts }, (_, part) => measuredOf(rule, byPart.get(part) ?? [])) as unknown as MeasuredWindow;
}

function measuredOf({ metric }: MeasuredRule, rows: readonly Cell[]): Measured {
  const sum = (names: readonly string[], of: 'n' | 'events') =>
    rows.filter((row) => names.includes(row.metric)).reduce((total, row) => total + Number(row[of]), 0);
  if (metric.statistic === 'rate') {
    const { part, whole } = metric.definition;
    const events = sum(whole, 'events');
    return { value: events === 0 ? null : sum(part, 'events') / events, samples: sum(whole, 'n'), bad: sum(part, 'n') };
  }
  const [row] = rows;
  if (!row) return { value: metric.statistic === 'count' ? 0 : null, samples: 0 };
  const value = metric.statistic === 'count' ? row.events : row.quantiles[percentiles.indexOf(metric.statistic)]!;
  return { value: Number(value.toPrecision(6)), samples: Number(row.n) };
}
