import type { Topic } from '#contracts';

/** Which table a topic's rows go to, and whether they carry the identity of their event. */
export interface Route {
  readonly topic: Topic;
  readonly table: string;
  readonly stamped: boolean;
  /** Its events are counted in the ledger. */
  readonly counted: boolean;
}

export const routes: readonly Route[] = [
  { topic: 'rum', table: 'rum_events', stamped: true, counted: true },
  { topic: 'outcomes', table: 'outcomes_1m', stamped: false, counted: false },
  { topic: 'findings', table: 'finding_events', stamped: false, counted: false },
];

export function routeOf(topic: Topic): Route {
  const route = routes.find((each) => each.topic === topic);
  if (!route) throw new Error(`the loader does not read the topic ${topic}`);
  return route;
}
