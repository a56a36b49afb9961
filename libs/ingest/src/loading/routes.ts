import type { Topic } from '#contracts';
import type { RowsDescription } from '#platform';
import { rumTables } from './rum-tables.ts';
import { logTables, pointTables, spanTables } from './telemetry-tables.ts';

/** Which table a topic's rows go to. */
export interface Route {
  readonly topic: Topic;
  readonly table: string;
  /** Of rows that carry the identity of their event: what is known of their table. Null where rows go in as they are. */
  readonly stamped: RowsDescription | null;
  /** Its events are counted in the ledger. */
  readonly counted: boolean;
}

export const routes: readonly Route[] = [
  { topic: 'rum', table: 'rum_events', stamped: rumTables, counted: true },
  { topic: 'outcomes', table: 'outcomes_1m', stamped: null, counted: false },
  { topic: 'findings', table: 'finding_events', stamped: null, counted: false },
  { topic: 'spans', table: 'span_events', stamped: spanTables, counted: true },
  { topic: 'logs', table: 'log_events', stamped: logTables, counted: true },
  { topic: 'points', table: 'point_events', stamped: pointTables, counted: true },
  { topic: 'deploys', table: 'deploy_events', stamped: null, counted: false },
];

/** Topics of which every event is accounted for, and that of the account. */
export const ledgerTopics: readonly Topic[] = [...routes.filter(({ counted }) => counted).map(({ topic }) => topic), 'outcomes'];

export function routeOf(topic: Topic): Route {
  const route = routes.find((each) => each.topic === topic);
  if (!route) throw new Error(`the loader does not read the topic ${topic}`);
  return route;
}
