import { percentiles } from '#contracts';
import { type Cell, measuredOf } from '../evaluation/labelled-windows.ts';
import type { Moments } from '../evaluation/window-question.ts';
import type { Measured } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';

/** One metric of one view of all moments of one set of labels, in columns: a month has a million of them. */
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

type MutableCell = { -readonly [Name in keyof Cell]: Cell[Name] } & { readonly quantiles: number[] };

interface Column extends HistoryRow {
  /** By the number of the moment: where it stands in the columns, and 1 more; 0: nowhere. */
  readonly places: Uint32Array;
  /** Filled anew for every moment: a month has a million of them. */
  readonly cell: MutableCell;
}

/** What one set of labels was measured by in one view, moment by moment. */
export class MeasuredView {
  readonly #columns: readonly Column[];
  readonly #known: (Measured | null)[] = [];
  readonly #level: number;

  /** `rows`: those of the view, one for each metric. */
  constructor(
    private readonly rule: MeasuredRule,
    moments: Moments,
    rows: readonly HistoryRow[],
  ) {
    this.#columns = rows.map((row) => ({ ...row, places: placesOf(row, moments), cell: emptyCell(row) }));
    this.#level = (percentiles as readonly string[]).indexOf(rule.metric.statistic);
  }

  /** By the number of the moment; null where there is nothing. */
  at(index: number): Measured | null {
    const known = this.#known[index];
    if (known !== undefined) return known;
    const cells = this.#cells(index);
    const measured = cells.length === 0 ? null : measuredOf(this.rule, cells);
    this.#known[index] = measured;
    return measured;
  }

  #cells(index: number): Cell[] {
    const cells: Cell[] = [];
    for (const column of this.#columns) {
      const place = column.places[index] ?? 0;
      if (place > 0) cells.push(filled(column, place - 1, this.#level));
    }
    return cells;
  }
}

function placesOf({ ends }: HistoryRow, { from, to, stepS }: Moments): Uint32Array {
  const places = new Uint32Array(1 + Math.floor((to - from) / stepS));
  for (const [index, end] of ends.entries()) places[end / stepS] = index + 1;
  return places;
}

const emptyCell = ({ part, metric }: HistoryRow): MutableCell => ({ part, metric, n: 0, events: 0, bad: 0, bad_events: 0, quantiles: [] });

/** `level`: of the percentile that the values are; below 0: there are none. */
function filled({ cell, ns, estimates, bads, bad_estimates, values }: Column, index: number, level: number): Cell {
  const n = ns[index]!;
  cell.n = n;
  cell.events = estimates[index] ?? n;
  cell.bad = bads[index] ?? 0;
  cell.bad_events = bad_estimates[index] ?? 0;
  if (level >= 0) cell.quantiles[level] = values[index]!;
  return cell;
}
