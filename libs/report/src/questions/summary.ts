import { type MeasuredStatistic, type WeighedRow, type Weighting, weightsIn } from '#contracts';
import type { Question, Warehouse } from '#platform';
import { hasFewSamples } from '../metrics/sample-size.ts';
import type { KnownWeightings } from '../sketch/known-weightings.ts';

/** A row of `summaryOfCells` as the engine sends it. */
export interface SummaryRow extends WeighedRow {
  readonly g: string | number;
  readonly n: string;
  readonly events: number;
  readonly good: number;
  readonly poor: number;
  readonly unrated: number;
  readonly quantiles: readonly number[];
}

/** A set of measurements, as every screen shows it. */
export interface Summary {
  /** The statistic the metric is named for. */
  readonly value: number;
  /** A rate has no percentiles. */
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Estimated events: each sample counts for 1 / its sampling rate. */
  readonly count: number;
  /** Events received. */
  readonly samples: number;
  /** Share of events that were received, (0, 1]. */
  readonly sampling: number;
  /** Too few samples for the statistic to mean much. */
  readonly fewSamples: boolean;
  /** Shares of the rated events; null where nothing was rated. */
  readonly shares: { readonly good: number; readonly needsImprovement: number; readonly poor: number } | null;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function sharesOf({ events, good, poor, unrated }: SummaryRow): Summary['shares'] {
  const rated = events - unrated;
  if (rated <= 0) return null;
  const [goodShare, poorShare] = [round(good / rated, 4), round(poor / rated, 4)];
  return { good: goodShare, needsImprovement: round(Math.max(0, 1 - goodShare - poorShare), 4), poor: poorShare };
}

export function parseSummary(row: SummaryRow, statistic: MeasuredStatistic): Summary {
  const [p50, p75, p95, p99] = row.quantiles.map((value) => Number(value.toPrecision(6))) as [number, number, number, number];
  const samples = Number(row.n);
  const count = Math.round(row.events);
  const values: Record<MeasuredStatistic, number> = { p50, p75, p95, p99, count };
  return {
    value: values[statistic],
    p50,
    p75,
    p95,
    p99,
    count,
    samples,
    sampling: round(samples / row.events, 4),
    fewSamples: hasFewSamples(statistic, samples),
    shares: sharesOf(row),
  };
}

/** Asks with the weighting the project needed last, and again where the answer shows that it needs another now. */
export async function askWeighted(
  warehouse: Warehouse,
  known: KnownWeightings,
  project: string,
  question: (weighting: Weighting) => Question,
): Promise<SummaryRow[]> {
  const guess = known.guess(project);
  const rows = await warehouse.ask<SummaryRow>(question(guess));
  const corrected = known.correct(project, guess, weightsIn(rows));
  return corrected === undefined ? rows : warehouse.ask<SummaryRow>(question(corrected));
}
