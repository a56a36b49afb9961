import { coversWeights, uniform, type WeighedRow, type Weighting, weightingOf, weightsIn } from '#contracts';
import type { Question, Warehouse } from './warehouse.ts';

/** Once more where the answer shows sampling rates that the first question did not weigh. */
export async function askWeighted<Row extends WeighedRow>(
  warehouse: Warehouse,
  question: (weighting: Weighting) => Question,
): Promise<Row[]> {
  const rows = await warehouse.ask<Row>(question(uniform));
  const weights = weightsIn(rows);
  return coversWeights(uniform, weights) ? rows : warehouse.ask<Row>(question(weightingOf(weights)));
}
