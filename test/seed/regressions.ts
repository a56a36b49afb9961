import type { Warehouse } from '#platform';
import type { FoundRegression } from '../../libs/detect/src/regressions/judged-hours.ts';
import { RegressionStates, type StoredRegression } from '../../libs/detect/src/regressions/regression-states.ts';
import { foundRegression } from './found-regression.ts';

const hourMs = 3_600_000;

/** A regression of this hour as the hourly job stores it. */
export async function storeRegression(
  warehouse: Warehouse,
  {
    state = 'open',
    ...given
  }: Pick<FoundRegression, 'id'> &
    Partial<Pick<FoundRegression, 'project' | 'metric' | 'cause' | 'settled'> & Pick<StoredRegression, 'state'>>,
): Promise<void> {
  const found = Math.floor(Date.now() / hourMs) * hourMs;
  const regression = foundRegression({ ...given, segment: { route: '/cart' }, found, since: found - 9 * hourMs });
  await new RegressionStates(warehouse).put(`${regression.project}:${regression.id}`, [{ state, version: found, regression }]);
}
