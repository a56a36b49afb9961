import type { AlertState } from '#platform';
import { recall } from '../alert-book.ts';
import type { OccurParts } from '../incidents/occur.ts';
import { tellingOf } from '../incidents/telling.ts';
import type { AlertApiOptions } from './alert-api-options.ts';

/** What is done by hand is told as everything is, over the channels that the alerter has. */
export async function operatingParts(state: AlertState, { telling, houseUrl }: AlertApiOptions): Promise<OccurParts> {
  return { state, telling: tellingOf({ ...telling, types: await channelTypes(state), houseUrl }) };
}

/** Types of the channels there are, by their ids. */
export async function channelTypes(state: AlertState): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await recall(state, 'channel'))].map(([id, { value }]) => [id, value.type]));
}
