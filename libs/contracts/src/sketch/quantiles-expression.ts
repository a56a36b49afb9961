import type { Weighting } from './weighting.ts';

/** Relative accuracy, then the levels, as the rollups' states have them. */
export const sketchArguments = '0.01, 0.5, 0.75, 0.95, 0.99';
/** Sketches hold millionths: the engine's are exact to 1 % for values from 1 up, and to 3 % below (measured with 26.7). */
export const sketchScale = 1e6;

/** The integer a cell's state counts for, from its column `weight`. Bound by `weightingParams`. */
const factor = 'toUInt32(greatest(1, least({most:UInt32}, round(weight * {scale:Float64}))))';

export function weightingParams(weighting: Weighting): Record<string, number> {
  return weighting.most === 1 ? {} : { most: weighting.most, scale: weighting.scale };
}

/**
 * The four percentiles of cells with a state `q` and a `weight`. The engine multiplies states by constants only, so the
 * factor is taken apart into its bits: states with bit i set are merged, then multiplied by 2^i.
 */
export function quantilesExpression(weighting: Weighting): string {
  if (weighting.most === 1) return inUnits(`quantilesDDMerge(${sketchArguments})(q)`);
  const bits = Math.floor(Math.log2(weighting.most)) + 1;
  const terms = Array.from(
    { length: bits },
    (_, bit) => `quantilesDDMergeStateIf(${sketchArguments})(q, bitTest(${factor}, ${bit})) * ${2 ** bit}`,
  );
  return inUnits(`finalizeAggregation(${terms.join(' + ')})`);
}

const inUnits = (quantiles: string) => `arrayMap(quantile -> quantile / ${sketchScale}, ${quantiles})`;
