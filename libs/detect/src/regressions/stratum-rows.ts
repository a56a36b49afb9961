import type { SeriesKind } from './series.ts';
import { SeriesData } from './series-data.ts';

/** Of the bins of the warehouse, infra/clickhouse/migrations/0005_shapes.sql; the first begins at 0.001 of the unit. */
const shapeGamma = 1.05;
export const shapeLowest = 0.001;

/** One stratum of a series as the engine sends it: cells one behind the other, several of an hour where it has not merged them. */
export interface StratumRow {
  readonly stratum: readonly string[];
  /** Of each cell: hour since 1970, how many bins it has, and what makes of its weights the number of samples that would say as much. */
  readonly hours: readonly number[];
  readonly lengths: readonly number[];
  readonly scales: readonly number[];
  /** Bins of all cells, and the sums of weights in them. */
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** The same, in memory that can be given to a thread. */
export interface PackedStratum {
  readonly stratum: readonly string[];
  readonly hours: Int32Array<ArrayBuffer>;
  readonly lengths: Uint16Array<ArrayBuffer>;
  readonly bins: Uint16Array<ArrayBuffer>;
  /** Samples, scaled. */
  readonly counts: Float32Array<ArrayBuffer>;
}

export function packed({ stratum, hours, lengths, scales, bins, counts }: StratumRow): PackedStratum {
  const samples = Float32Array.from(counts);
  for (let cell = 0, at = 0; cell < lengths.length; at += lengths[cell++]!)
    if (scales[cell] !== 1) for (let i = at; i < at + lengths[cell]!; i++) samples[i]! *= scales[cell]!;
  return { stratum, hours: Int32Array.from(hours), lengths: Uint16Array.from(lengths), bins: Uint16Array.from(bins), counts: samples };
}

/** Strata of a series that are kept apart; the rest is one. */
const mostStrata = 50;
const otherStratum = '__other__';

/** What is known of one series, its smallest strata taken together. */
export function seriesData(
  kind: SeriesKind,
  rows: readonly PackedStratum[],
): { readonly data: SeriesData; readonly strata: readonly (readonly string[])[] } {
  const sizeOf = ({ counts }: PackedStratum) => counts.reduce((sum, one) => sum + one, 0);
  const ordered = rows.map((row) => ({ row, size: sizeOf(row) })).sort((one, other) => other.size - one.size);
  const data = new SeriesData(kind, shapeGamma);
  for (const [place, { row }] of ordered.entries()) addRow(data, Math.min(place, mostStrata), row);
  const strata = ordered.slice(0, mostStrata).map(({ row }) => row.stratum);
  return { data, strata: ordered.length > mostStrata ? [...strata, [otherStratum]] : strata };
}

/** The same of some hours, by strata that are known; what is new among them has no past to be held against. */
export function recentData(kind: SeriesKind, rows: readonly PackedStratum[], strata: readonly (readonly string[])[]): SeriesData {
  const places = new Map(strata.map((stratum, place) => [stratum.join('\n'), place]));
  const data = new SeriesData(kind, shapeGamma);
  data.add(0, strata.length - 1, { bins: [], counts: [] });
  for (const row of rows) {
    const place = places.get(row.stratum.join('\n')) ?? places.get(otherStratum);
    if (place !== undefined) addRow(data, place, row);
  }
  return data;
}

function addRow(data: SeriesData, place: number, { hours, lengths, bins, counts }: PackedStratum): void {
  for (let cell = 0, at = 0; cell < lengths.length; at += lengths[cell++]!) {
    const stop = at + lengths[cell]!;
    data.add(hours[cell]!, place, { bins: bins.subarray(at, stop), counts: counts.subarray(at, stop) });
  }
}

/** What goes over to a thread with it, and is gone here. */
export function memoryOf({ hours, lengths, bins, counts }: PackedStratum): ArrayBuffer[] {
  return [hours.buffer, lengths.buffer, bins.buffer, counts.buffer];
}
