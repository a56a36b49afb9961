/** Topics of the stream. A message's value is the rows of one table as JSONEachRow lines. */
export const topics = ['rum', 'outcomes', 'spans', 'findings', 'deploys', 'logs', 'points'] as const;
export type Topic = (typeof topics)[number];

/** Facts about a message that the loader needs and must not parse the value for. */
export interface MessageHeaders {
  readonly tenant: string;
  readonly keyId: string;
  /** Number of rows in the value. */
  readonly events: number;
  /** The beacon's id, for recognising repeats; empty where the client sent none. */
  readonly beaconId: string;
}
