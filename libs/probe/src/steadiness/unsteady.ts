import type { MeasureName } from '../lhr/measures.ts';
import { type Spread, spreadOf } from './spread.ts';

/** A spread above it makes a verdict on a single job doubtful. */
const tolerated = 0.15;
/** By these a page is called unsteady; what spreads elsewhere is only shown. */
const telling: readonly MeasureName[] = ['LCP', 'TBT'];
/** Blocking of a few milliseconds more or less is none that anybody notices, whatever its share. */
const leastMs = 50;

export type Spreads = Readonly<Partial<Record<MeasureName, Spread>>>;

/** How far each measure of the same step lies apart over the runs. Measures that no run has are left out. */
export function spreadsOf(runs: readonly Readonly<Partial<Record<MeasureName, number | null>>>[]): Spreads {
  const names = [...new Set(runs.flatMap((values) => Object.keys(values) as MeasureName[]))];
  const spreads = names.map(
    (name) => [name, runs.map((values) => values[name]).filter((value) => value !== null && value !== undefined)] as const,
  );
  return Object.fromEntries(spreads.filter(([, values]) => values.length > 0).map(([name, values]) => [name, spreadOf(values)]));
}

/** The measures by which a page is unsteady: its alert then waits for one job more. Empty for a steady one. */
export function unsteadyMeasures(spreads: Spreads): MeasureName[] {
  return telling.filter((name) => {
    const spread = spreads[name];
    return spread !== undefined && spread.share > tolerated && spread.share * spread.median >= leastMs;
  });
}
