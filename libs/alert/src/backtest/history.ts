import { type MeasuredStatistic, percentiles, type Weighting } from '#contracts';
import type { Question } from '#platform';
import {
  type Cell,
  type LabelledWindows,
  labelled,
  labelText,
  type Moments,
  measuredWindow,
  ruleWindows,
} from '../evaluation/rule-question.ts';
import type { MeasuredWindow } from '../rules/judge.ts';
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
  /** Empty where the rule counts. */
  readonly values: readonly number[];
}

/** Places that minutes may have in windows, in one block of the engine. */
const placesInBlock = 1_000_000;
const mostInBlock = 65_409;

/** What `ruleWindows` asks, answered in columns. */
export function ruleHistory(rule: MeasuredRule, project: string, moments: Moments, weighting: Weighting): Question {
  const { sql, params } = ruleWindows(rule, project, moments, weighting);
  const { from, to, stepS } = moments;
  const { statistic } = rule.metric;
  const level = percentiles.indexOf(statistic as (typeof percentiles)[number]);
  const places = 1 + Math.min((to - from) / stepS, rule.config.windowS / stepS);
  const block = Math.max(1, Math.min(mostInBlock, Math.floor(placesInBlock / places)));
  return {
    sql: `SELECT labels, part, metric, groupArray(toUInt32(end - {from:Int64})) AS ends, groupArray(toFloat64(n)) AS ns,
  if(countIf(events != n) = 0, [], groupArray(events)) AS estimates,
  ${level < 0 ? '[]::Array(Float64)' : `groupArray(quantiles[${level + 1}])`} AS values
FROM (${sql}) GROUP BY labels, part, metric SETTINGS max_block_size = ${block}`,
    ...(params && { params }),
  };
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

function cellOf({ part, metric, ns, estimates, values }: HistoryRow, index: number, statistic: MeasuredStatistic | 'rate'): Cell {
  const n = ns[index]!;
  const value = values[index];
  const quantiles = value === undefined ? [] : percentiles.map((name) => (name === statistic ? value : Number.NaN));
  return { part, metric, n: String(n), events: estimates[index] ?? n, quantiles };
}
