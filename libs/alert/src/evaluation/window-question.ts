import {
  quantilesExpression,
  type RuleDimension,
  sketchArguments,
  type WeighedRow,
  type Weighting,
  weightColumns,
  weightingParams,
} from '#contracts';
import type { Question } from '#platform';
import type { MeasuredRule, RuleScope } from '../rules/rule.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** Moments that are judged: `from`, and every `stepS` up to `to`. Seconds since 1970, full minutes. */
export interface Moments {
  readonly from: number;
  readonly to: number;
  readonly stepS: number;
}

/** What is asked for a rule, and once for all rules that differ in nothing else: percentile, thresholds and patience are not part of it. */
export interface WindowQuestion {
  readonly project: string;
  readonly metrics: readonly string[];
  readonly scope: RuleScope;
  /** In the order of their names. */
  readonly groupBy: readonly RuleDimension[];
  readonly stretches: readonly Stretch[];
  /** `quantiles` reads sketches, which cost most; `bad` also counts what is not rated good. */
  readonly reading: 'quantiles' | 'events' | 'bad';
  readonly moments: Moments;
}

/** One metric of one set of labels in one stretch of one window. */
export interface WindowRow extends WeighedRow {
  readonly labels: readonly string[];
  /** Seconds since 1970. */
  readonly end: number;
  /** Which stretch. */
  readonly part: number;
  readonly metric: string;
  readonly n: string;
  /** Estimated: each sample counts for 1 / its sampling rate. */
  readonly events: number;
  readonly bad: string;
  readonly bad_events: number;
  readonly quantiles: readonly number[];
}

const columns = { app: 'app', environment: 'env', route: 'route', tool: 'tool' } as const;
/** Label sets of a rule, times its stretches; what is beyond is left out, the least busy first. */
const mostRows = 20_000;
const [minuteS, hourS] = [60, 3_600];

export function questionOf(rule: MeasuredRule, project: string, moments: Moments): WindowQuestion {
  const { metric, scope } = rule;
  const metrics = metric.statistic === 'rate' ? [...new Set([...metric.definition.part, ...metric.definition.whole])] : [metric.name];
  return {
    project,
    metrics,
    scope,
    groupBy: [...rule.config.groupBy].sort(),
    stretches: stretchesOf(rule),
    reading: readingOf(rule),
    moments,
  };
}

function readingOf({ kind, metric }: MeasuredRule): WindowQuestion['reading'] {
  if (kind === 'absence' || metric.statistic === 'rate') return 'events';
  if (kind === 'burn_rate') return 'bad';
  return metric.statistic === 'count' ? 'events' : 'quantiles';
}

/**
 * All windows of a rule in one question: every set of labels, every moment, every stretch. A minute of the rollup counts in each stretch that
 * it lies in; of long ones the hours that lie in it at every moment are read instead. Robots are left out.
 */
export function askedOf(question: WindowQuestion, weighting: Weighting): Question {
  const { project, metrics, scope, stretches, reading, moments } = question;
  const hours = stretches.map((stretch) => hoursOf(stretch, moments));
  const far = hours.filter((range) => range !== null);
  const near = stretches.flatMap(({ from, to }, i) => without({ from: moments.from - from, to: moments.to - to }, hours[i]!));
  const sources = [
    sourceOf(question, 'rum_1m', near, minutePlaces(hours)),
    ...(far.length > 0 ? [sourceOf(question, 'rum_1h', far, hourPlaces(hours))] : []),
  ];
  return {
    sql: `SELECT labels, place.1 AS end, place.2 AS part, metric, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  sum(spoilt) AS bad, sum(spoilt * toFloat64(weight)) AS bad_events, ${weightColumns},
  ${reading === 'quantiles' ? quantilesExpression(weighting) : '[]::Array(Float64)'} AS quantiles
FROM (${sources.join('\nUNION ALL\n')})
GROUP BY labels, end, part, metric ORDER BY n DESC LIMIT {rows:UInt64}`,
    params: {
      ...{ project, metrics, step: moments.stepS, from: moments.from, to: moments.to, ...scope },
      ...Object.fromEntries(stretches.flatMap(({ from, to }, i) => [[`from${i}`, from] as const, [`to${i}`, to] as const])),
      ...{ rows: mostRows * (1 + Math.floor((moments.to - moments.from) / moments.stepS)) },
      ...(reading === 'quantiles' ? weightingParams(weighting) : {}),
    },
  };
}

/** A time, seconds since 1970; its end is not part of it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Full hours that lie in the stretch whichever moment is judged; null where there is none worth it. */
function hoursOf({ from, to }: Stretch, moments: Moments): Span | null {
  const first = Math.ceil((moments.to - from) / hourS) * hourS;
  const end = Math.floor((moments.from - to) / hourS) * hourS;
  return end > first ? { from: first, to: end } : null;
}

function without({ from, to }: Span, hole: Span | null): Span[] {
  return hole === null
    ? [{ from, to }]
    : [
        { from, to: hole.from },
        { from: hole.to, to },
      ].filter((span) => span.to > span.from);
}

function sourceOf({ groupBy, scope, reading }: WindowQuestion, table: 'rum_1m' | 'rum_1h', spans: readonly Span[], places: string): string {
  const labels = groupBy.map((name) => `toString(${columns[name]})`).join(', ');
  const scoped = Object.keys(scope).map((name) => `AND ${columns[name as keyof typeof columns]} = {${name}:String}`);
  const bad = reading === 'bad' ? 'sum(n) - sum(good)' : '0';
  const sketches = reading === 'quantiles' ? `, quantilesDDMergeState(${sketchArguments})(q) AS q` : '';
  const times = spans.map(({ from, to }) => `t >= toDateTime(${from}, 'UTC') AND t < toDateTime(${to}, 'UTC')`);
  return `SELECT [${labels}]::Array(String) AS labels, metric, weight, place, sum(n) AS samples, toInt64(${bad}) AS spoilt${sketches}
FROM ${table} ARRAY JOIN ${places} AS place
WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND agent != 'bot' ${scoped.join(' ')} AND (${times.join(' OR ')})
GROUP BY labels, metric, weight, place`;
}

const start = 'toInt64(toUnixTimestamp(t))';

/** The moments and stretches that a minute counts in: it ends before the stretch does, and begins with it or later. */
function minutePlaces(hours: readonly (Span | null)[]): string {
  return joined(
    hours.map((range, i) => {
      const least = `greatest({from:Int64}, {from:Int64} + {step:Int64} * toInt64(ceil((${start} + ${minuteS} + {to${i}:Int64} - {from:Int64}) / {step:Int64})))`;
      const ends = `range(${least}, least({to:Int64}, ${start} + {from${i}:Int64}) + 1, {step:Int64})`;
      return placed(range === null ? ends : `if(${within(range)}, [], ${ends})`, i);
    }),
  );
}

/** Likewise for hours: they count at every moment. */
function hourPlaces(hours: readonly (Span | null)[]): string {
  const every = 'range({from:Int64}, {to:Int64} + 1, {step:Int64})';
  return joined(hours.flatMap((range, i) => (range === null ? [] : [placed(`if(${within(range)}, ${every}, [])`, i)])));
}

const within = ({ from, to }: Span) => `${start} >= ${from} AND ${start} < ${to}`;
const placed = (ends: string, part: number) => `arrayMap(e -> (e, toUInt8(${part})), ${ends})`;
const joined = (places: readonly string[]) => (places.length === 1 ? places[0]! : `arrayConcat(${places.join(', ')})`);
