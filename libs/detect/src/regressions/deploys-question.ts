import { fewestReleaseEvents } from '#contracts';
import type { Question } from '#platform';

/** A release that went live: as it is noted, or when the first of its events came. */
export interface DeployRow {
  readonly app: string;
  readonly env: string;
  readonly release: string;
  /** Hour since 1970. */
  readonly hour: number;
}

/** What is there at the beginning of the range was there before it, and is no deploy. */
export function deploysOf(project: string, from: number, to: number): Question {
  return {
    sql: `SELECT app, env, release, toUInt32(min(hour)) AS hour FROM (
  SELECT app, env, release, intDiv(toUnixTimestamp(min(ts)), 3600) AS hour FROM rum_events
  WHERE tenant = {project:String} AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND release NOT IN ('', 'unknown')
  GROUP BY app, env, release HAVING count() >= ${fewestReleaseEvents} AND hour > intDiv({from:Int64}, 3600000) + 24
  UNION ALL
  SELECT app, env, release, intDiv(toUnixTimestamp(at), 3600) AS hour FROM deploy_events
  WHERE tenant = {project:String} AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
) GROUP BY app, env, release ORDER BY hour`,
    params: { project, from, to },
  };
}
