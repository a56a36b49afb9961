import { type CellSource, chooseTable, type RangeRequest } from './cell-source.ts';
import { ceilTo, floorTo, hourMs, minuteMs } from './time-range.ts';

/** More points than this no chart can show; every answer stays below. */
export const mostPoints = 600;

const minuteSteps = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs);
/** Multiples of an hour that divide a day, then days: the same clock times every day. */
const hourSteps = [1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * hourMs);

export interface Buckets {
  readonly source: CellSource;
  readonly stepMs: number;
}

/** The finest step whose points fit. The range is widened to whole steps, so that every bucket but the newest is complete. */
export function chooseBuckets(request: RangeRequest, points: number): Buckets {
  const table = chooseTable(request);
  const steps = table === 'rum_1h' ? hourSteps : [...minuteSteps, ...hourSteps];
  const widened = (step: number) => ({ from: floorTo(request.range.from, step), to: ceilTo(request.range.to, step) });
  const fits = (step: number) => (widened(step).to - widened(step).from) / step <= points;
  const stepMs = steps.find(fits) ?? (steps.at(-1) as number);
  return { source: { table, ...widened(stepMs) }, stepMs };
}
