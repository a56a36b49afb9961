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

/** A stretch of time before each moment, of the events that are in scope. */
export interface View extends Stretch {
  readonly scope: RuleScope;
}

/** What rules want to know that can be asked together: they read the same metric, and tell its events apart by the same labels. */
export interface WindowQuestion {
  readonly project: string;
  readonly metrics: readonly string[];
  /** In the order of their names. */
  readonly groupBy: readonly RuleDimension[];
  /** `quantiles` reads sketches, which cost most; `bad` also counts what is not rated good. */
  readonly reading: 'quantiles' | 'events' | 'bad';
  readonly moments: Moments;
  readonly views: readonly View[];
}

/** One metric of one set of labels in one view of one moment. */
export interface WindowRow extends WeighedRow {
  readonly labels: readonly string[];
  /** Seconds since 1970. */
  readonly end: number;
  /** Which view. */
  readonly part: number;
  readonly metric: string;
  readonly n: string;
  /** Estimated: each sample counts for 1 / its sampling rate. */
  readonly events: number;
  readonly bad: string;
  readonly bad_events: number;
  readonly quantiles: readonly number[];
}

export const columns = { app: 'app', environment: 'env', route: 'route', tool: 'tool' } as const;
/** Label sets of a view, and rows of an answer, for each moment; what is beyond is left out, the least busy first. */
const [mostSets, mostRows] = [5_000, 100_000];
const [minuteS, hourS] = [60, 3_600];

export function questionOf(rule: MeasuredRule, project: string, moments: Moments): WindowQuestion {
  const { metric, scope } = rule;
  const metrics = metric.statistic === 'rate' ? [...new Set([...metric.definition.part, ...metric.definition.whole])] : [metric.name];
  const views = stretchesOf(rule).map((stretch) => ({ ...stretch, scope }));
  return { project, metrics, groupBy: [...rule.config.groupBy].sort(), reading: readingOf(rule), moments, views };
}

function readingOf({ kind, metric }: MeasuredRule): WindowQuestion['reading'] {
  if (kind === 'absence' || metric.statistic === 'rate') return 'events';
  if (kind === 'burn_rate') return 'bad';
  return metric.statistic === 'count' ? 'events' : 'quantiles';
}

/**
 * All labels, moments and views in one question. A minute of the rollup counts in each view that it lies in; of long ones the hours that lie in
 * it at every moment are read instead. Robots are left out.
 */
export function askedOf(question: WindowQuestion, weighting: Weighting): Question {
  const { project, metrics, views, reading, moments } = question;
  const hours = views.map((view) => hoursOf(view, moments));
  const far = hours.filter((range) => range !== null);
  const near = views.flatMap(({ from, to }, i) => without({ from: moments.from - from, to: moments.to - to }, hours[i]!));
  const scopes = scopesOf(views);
  // Where all weights are alike nothing is gained by merging twice.
  const byWeight = weighting.most > 1;
  const sources = [
    sourceOf(question, { byWeight, table: 'rum_1m', spans: near, places: minutePlaces(views, hours, scopes), scopes }),
    ...(far.length > 0
      ? [sourceOf(question, { byWeight, table: 'rum_1h', spans: far, places: hourPlaces(views, hours, scopes), scopes })]
      : []),
  ];
  const times = 1 + Math.floor((moments.to - moments.from) / moments.stepS);
  return {
    sql: `SELECT labels, place.1 AS end, place.2 AS part, metric, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  sum(spoilt) AS bad, sum(spoilt * toFloat64(weight)) AS bad_events, ${weightColumns},
  ${reading === 'quantiles' ? quantilesExpression(weighting) : '[]::Array(Float64)'} AS quantiles
FROM (${sources.join('\nUNION ALL\n')})
GROUP BY labels, end, part, metric ORDER BY n DESC LIMIT {sets:UInt64} BY part LIMIT {rows:UInt64}`,
    params: {
      ...{ project, metrics, step: moments.stepS, from: moments.from, to: moments.to, sets: mostSets * times, rows: mostRows * times },
      ...Object.fromEntries(scopes.flatMap(({ values }) => Object.entries(values))),
      ...(reading === 'quantiles' ? weightingParams(weighting) : {}),
    },
  };
}

/** A time, seconds since 1970; its end is not part of it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Full hours that lie in the stretch whichever moment is judged; null where there is none. */
function hoursOf({ from, to }: Stretch, moments: Moments): Span | null {
  const first = Math.ceil((moments.to - from) / hourS) * hourS;
  const end = Math.floor((moments.from - to) / hourS) * hourS;
  return end > first ? { from: first, to: end } : null;
}

function without({ from, to }: Span, hole: Span | null): Span[] {
  if (hole === null) return [{ from, to }];
  return [
    { from, to: hole.from },
    { from: hole.to, to },
  ].filter((span) => span.to > span.from);
}

/** A scope as a condition, with the values of its parameters; the condition of everything is empty. */
interface Scoping {
  readonly key: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, string>>;
}

function scopesOf(views: readonly View[]): Scoping[] {
  const distinct = new Map(views.map(({ scope }) => [keyOf(scope), scope]));
  return [...distinct].map(([key, scope], i) => {
    const terms = Object.keys(scope).map((name) => `${columns[name as keyof typeof columns]} = {${name}${i}:String}`);
    return {
      key,
      condition: terms.join(' AND '),
      values: Object.fromEntries(Object.entries(scope).map(([name, value]) => [name + i, value])),
    };
  });
}

const keyOf = (scope: RuleScope) => JSON.stringify(Object.entries(scope).sort(([one], [other]) => (one < other ? -1 : 1)));

interface Source {
  readonly table: 'rum_1m' | 'rum_1h';
  readonly spans: readonly Span[];
  /** Array of (moment, view) that a row counts in. */
  readonly places: string;
  readonly scopes: readonly Scoping[];
  /** Cells of one weight are merged first: their sum is multiplied, not each of them. */
  readonly byWeight: boolean;
}

function sourceOf({ groupBy, reading }: WindowQuestion, { table, spans, places, scopes, byWeight }: Source): string {
  const labels = groupBy.map((name) => `toString(${columns[name]})`).join(', ');
  const bad = reading === 'bad' ? 'n - good' : '0';
  const cell = `n AS samples, toInt64(${bad}) AS spoilt${reading === 'quantiles' ? ', q' : ''}`;
  const sums = `sum(n) AS samples, toInt64(sum(${bad})) AS spoilt${reading === 'quantiles' ? `, quantilesDDMergeState(${sketchArguments})(q) AS q` : ''}`;
  const scoped = scopes.some(({ condition }) => condition === '') ? '' : ` AND (${scopes.map(({ condition }) => condition).join(' OR ')})`;
  const times = merged(spans).map(({ from, to }) => `t >= toDateTime(${from}, 'UTC') AND t < toDateTime(${to}, 'UTC')`);
  return `SELECT [${labels}]::Array(String) AS labels, metric, weight, place, ${byWeight ? sums : cell}
FROM ${table} ARRAY JOIN ${places} AS place
WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND agent != 'bot'${scoped} AND (${times.join(' OR ')})${byWeight ? '\nGROUP BY labels, metric, weight, place' : ''}`;
}

function merged(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    const last = whole.at(-1);
    if (last && from <= last.to) whole.splice(-1, 1, { from: last.from, to: Math.max(last.to, to) });
    else whole.push({ from, to });
  }
  return whole;
}

const start = 'toInt64(toUnixTimestamp(t))';

/** The moments and views that a minute counts in: it ends before the stretch does, and begins with it or later. */
function minutePlaces(views: readonly View[], hours: readonly (Span | null)[], scopes: readonly Scoping[]): string {
  return joined(
    views.map(({ from, to, scope }, part) => {
      const range = hours[part]!;
      const least = `greatest({from:Int64}, {from:Int64} + {step:Int64} * toInt64(ceil((${start} + ${minuteS + to} - {from:Int64}) / {step:Int64})))`;
      const ends = `range(${least}, least({to:Int64}, ${start} + ${from}) + 1, {step:Int64})`;
      return placed(ends, part, [conditionOf(scopes, scope), range === null ? '' : `NOT (${within(range)})`]);
    }),
  );
}

/** Likewise for hours: they count at every moment. */
function hourPlaces(views: readonly View[], hours: readonly (Span | null)[], scopes: readonly Scoping[]): string {
  const every = 'range({from:Int64}, {to:Int64} + 1, {step:Int64})';
  return joined(
    views.flatMap(({ scope }, part) => {
      const range = hours[part]!;
      return range === null ? [] : [placed(every, part, [conditionOf(scopes, scope), within(range)])];
    }),
  );
}

const conditionOf = (scopes: readonly Scoping[], scope: RuleScope) => scopes.find(({ key }) => key === keyOf(scope))!.condition;
const within = ({ from, to }: Span) => `${start} >= ${from} AND ${start} < ${to}`;

function placed(ends: string, part: number, conditions: readonly string[]): string {
  const all = conditions.filter((condition) => condition !== '').join(' AND ');
  return `arrayMap(e -> (e, toUInt16(${part})), ${all === '' ? ends : `if(${all}, ${ends}, [])`})`;
}

const joined = (places: readonly string[]) => (places.length === 1 ? places[0]! : `arrayConcat(${places.join(', ')})`);
