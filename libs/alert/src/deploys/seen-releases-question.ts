import type { Question } from '#platform';

/** A release among what came in a stretch of time, or a deploy that is noted; of one release what was told comes last. */
export interface SeenRelease {
  readonly project: string;
  readonly app: string;
  readonly env: string;
  readonly release: string;
  /** Milliseconds since 1970, as a string: when the first of its events came in, or it was said to have gone live. */
  readonly at: string;
  /** 0 of what stands among the deploys: that is one, however little came of it. */
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
    sql: `SELECT project, app, env, release, at, events, url FROM (
  SELECT tenant AS project, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS at, count() AS events, '' AS url, 0 AS said FROM rum_events
  WHERE ${between('received_at', 'from')} AND ts >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND release NOT IN ('', 'unknown')
  GROUP BY project, app, env, release
  UNION ALL
  SELECT tenant AS project, app, env, release, toUnixTimestamp64Milli(at) AS at, 0 AS events, url, kind = 'told' AS said FROM deploy_events
  WHERE ${between('deploy_events.at', 'toldFrom')}
) ORDER BY events = 0 DESC, said, events DESC LIMIT ${mostReleases}`,
    // Only for the engine, which keeps events by the day on which they were measured.
    params: { from, to, toldFrom, oldest: from - dayMs },
  };
}

const between = (column: string, from: string) =>
  `${column} >= fromUnixTimestamp64Milli({${from}:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
