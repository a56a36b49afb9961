import type { AlertState } from '#platform';
import type { OccurParts } from '../incidents/occur.ts';
import type { AlertApiOptions } from './alert-api-options.ts';

/** What is done by hand is told to who was told before, and to nobody else. */
export function operatingParts(state: AlertState, { houseUrl }: AlertApiOptions): OccurParts {
  return { state, houseUrl, channelsOf: ({ channels }) => channels };
}
