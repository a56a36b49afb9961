import { type MeasuredStatistic, percentiles, type Weighting } from '#contracts';
import type { Question } from '#platform';
import { type Cell, type LabelledWindows, labelled, labelText, measuredWindow } from '../evaluation/labelled-windows.ts';
import { stretchesOf } from '../evaluation/stretches.ts';
import { askedOf, type Moments, questionOf } from '../evaluation/window-question.ts';
import type { MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';

/** One metric of one part of all windows of one set of labels, in columns: a month has a million of them. */
export interface HistoryRow {
  readonly labels: readonly string[];
  readonly part: number;
  readonly metric: string;
  /** Seconds after the first moment, in no order; the other columns have theirs. */
  readonly ends: readonly number[];
  readonly ns: readonly number[];
  /** How many events there were; empty where they are as many as were received. */
  readonly estimates: readonly number[];
  /** Events that are not rated good, as they came and estimated; empty where the rule does not ask for them. */
  readonly bads: readonly number[];
  readonly bad_estimates: readonly number[];
  /** Percentiles; empty where the rule has none. */
  readonly values: readonly number[];
}

/** Places that minutes may have in windows, in one block of the engine. */
const placesInBlock = 1_000_000;
const mostInBlock = 65_409;

/** What is asked live, answered in columns. */
export function ruleHistory(rule: MeasuredRule, project: string, moments: Moments, weighting: Weighting): Question {
  const question = questionOf(rule, project, moments);
  const { sql, params } = askedOf(question, weighting);
  const level = question.reading === 'quantiles' ? percentiles.indexOf(rule.metric.statistic as (typeof percentiles)[number]) : -1;
  const rated = (column: string) => (question.reading === 'bad' ? `groupArray(toFloat64(${column}))` : '[]::Array(Float64)');
  const block = Math.max(1, Math.min(mostInBlock, Math.floor(placesInBlock / placesOfMinute(rule, moments))));
  return {
    sql: `SELECT labels, part, metric, groupArray(toUInt32(end - {from:Int64})) AS ends, groupArray(toFloat64(n)) AS ns,
  if(countIf(events != n) = 0, [], groupArray(events)) AS estimates,
  ${rated('bad')} AS bads, ${rated('bad_events')} AS bad_estimates,
  ${level < 0 ? '[]::Array(Float64)' : `groupArray(quantiles[${level + 1}])`} AS values
FROM (${sql}) GROUP BY labels, part, metric SETTINGS max_block_size = ${block}`,
    ...(params && { params }),
  };
}

/** Moments that one row counts at, at most, in each stretch that the rule looks at. */
function placesOfMinute(rule: MeasuredRule, { from, to, stepS }: Moments): number {
  const places = stretchesOf(rule).map((stretch) => 1 + Math.min(to - from, stretch.from - stretch.to) / stepS);
  return places.reduce((sum, count) => sum + count, 0);
}

export type HistoryWindows = LabelledWindows<Pick<ReadonlyMap<number, MeasuredWindow>, 'get'>>;

/** The windows of a rule, by the text of their labels, each put together when it is asked for. */
export function historyOf(rule: MeasuredRule, moments: Moments, rows: readonly HistoryRow[]): Map<string, HistoryWindows> {
  const sets = Map.groupBy(rows, ({ labels }) => labels.join('\n'));
  return new Map(
    [...sets.values()].map((set) => {
      const labels = labelled(rule, set[0]!.labels);
      return [labelText(labels), { labels, windows: new HistoryOfSet(rule, moments, set) }];
    }),
  );
}

interface Placed extends HistoryRow {
  /** By the number of the moment: where it stands in the columns, and 1 more; 0: nowhere. */
  readonly places: Uint32Array;
}

class HistoryOfSet {
  readonly #columns: readonly Placed[];

  constructor(
    private readonly rule: MeasuredRule,
    private readonly moments: Moments,
    rows: readonly HistoryRow[],
  ) {
    this.#columns = rows.map((row) => ({ ...row, places: placesOf(row, moments) }));
  }

  get(moment: number): MeasuredWindow | undefined {
    const index = (moment - this.moments.from) / this.moments.stepS;
    const cells: Cell[] = [];
    for (const column of this.#columns) {
      const place = column.places[index] ?? 0;
      if (place > 0) cells.push(cellOf(column, place - 1, this.rule.metric.statistic));
    }
    return cells.length === 0 ? undefined : measuredWindow(this.rule, cells);
  }
}

function placesOf({ ends }: HistoryRow, { from, to, stepS }: Moments): Uint32Array {
  const places = new Uint32Array(1 + Math.floor((to - from) / stepS));
  for (const [index, end] of ends.entries()) places[end / stepS] = index + 1;
  return places;
}

function cellOf(row: HistoryRow, index: number, statistic: MeasuredStatistic | 'rate'): Cell {
  const { part, metric, ns, estimates } = row;
  const n = ns[index]!;
  const value = row.values[index];
  const quantiles = value === undefined ? [] : percentiles.map((name) => (name === statistic ? value : Number.NaN));
  return {
    part,
    metric,
    n: String(n),
    events: estimates[index] ?? n,
    bad: String(row.bads[index] ?? 0),
    bad_events: row.bad_estimates[index] ?? 0,
    quantiles,
  };
}
