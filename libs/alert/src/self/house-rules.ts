import type { HouseTrouble } from '#contracts';

/** Trouble of the house itself belongs to no project. */
export const houseProject = '@house';

/** What the house says of itself. */
export const houseTroubles = {
  pipeline: {
    id: '@pipeline',
    name: 'What is stored is behind',
    summary: 'Events wait to be loaded: rules are not judged until that is over. Look at the loader and at ClickHouse.',
  },
  warehouse: {
    id: '@warehouse',
    name: 'The warehouse does not answer',
    summary: 'Rules could not be judged several times in a row. Look at ClickHouse.',
  },
  monitors: {
    id: '@monitors',
    name: 'Pages are visited too seldom',
    summary: 'The runners do not keep up with the schedule. Start more of them, or ask for fewer visits.',
  },
} as const satisfies Readonly<Record<HouseTrouble, object>>;

/** A channel that takes nothing: there is an instance for each. */
export const channelTrouble = {
  id: '@channel',
  name: 'A channel takes no notices',
  summary:
    'It is tried every five minutes. What is critical goes to those in its place. Look at its address, its key, and at the provider.',
} as const;
