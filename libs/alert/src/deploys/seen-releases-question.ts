import type { Question } from '#platform';

/** A release among what came in a stretch of time, or one that somebody told us of. */
export interface SeenRelease {
  readonly project: string;
  readonly app: string;
  readonly env: string;
  readonly release: string;
  /** Milliseconds since 1970, as a string: when the first of its events came in, or it was said to have gone live. */
  readonly at: string;
  /** 0 of what was told. */
  readonly events: string;
  /** Empty where none was told. */
  readonly url: string;
}

/** Releases in an answer: anybody may send any name. */
const mostReleases = 1_000;
const dayMs = 86_400_000;

/** `from` and `to` are of arrival; `toldFrom`: of deploys that were told. All are milliseconds since 1970. */
export function seenReleases({ from, to, toldFrom }: { readonly from: number; readonly to: number; readonly toldFrom: number }): Question {
  return {
    sql: `SELECT * FROM (
  SELECT tenant AS project, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS at, count() AS events, '' AS url FROM rum_events
  WHERE ${between('received_at', 'from')} AND ts >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND release NOT IN ('', 'unknown')
  GROUP BY project, app, env, release
  UNION ALL
  SELECT tenant AS project, app, env, release, toUnixTimestamp64Milli(at) AS at, 0 AS events, url FROM deploy_events
  WHERE ${between('deploy_events.at', 'toldFrom')}
) ORDER BY events = 0 DESC, events DESC LIMIT ${mostReleases}`,
    // Only for the engine, which keeps events by the day on which they were measured.
    params: { from, to, toldFrom, oldest: from - dayMs },
  };
}

const between = (column: string, from: string) =>
  `${column} >= fromUnixTimestamp64Milli({${from}:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
