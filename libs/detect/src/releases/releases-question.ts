import { fewestReleaseEvents } from '#contracts';
import type { Question } from '#platform';

/** A release of which enough came in a stretch of time. */
export interface ArrivedRelease {
  readonly tenant: string;
  readonly app: string;
  readonly env: string;
  readonly release: string;
  /** Milliseconds since 1970, as a string: when the first of it came in. */
  readonly first: string;
}

export interface UnknownRelease extends ArrivedRelease {
  /** Releases of the project that are not among the deploys, with those that the limit left out. */
  readonly all: string;
}

/** Milliseconds since 1970, of arrival; `to` does not belong to it. */
export interface Arrivals {
  readonly from: number;
  readonly to: number;
}

/** Measured up to a day before it arrives, as intake allows: older days need not be opened. */
const longestDelayMs = 25 * 3_600_000;

/** What came in from browsers and servers. A name beyond a project's cap is nobody's release. */
const arrivals = `(
  SELECT tenant, app, env, release, received_at FROM rum_events
  WHERE received_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND ts >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND tenant IN {projects:Array(String)}
  UNION ALL
  SELECT tenant, service AS app, env, release, received_at FROM span_events
  WHERE received_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND start >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND tenant IN {projects:Array(String)}
)`;

const within = ({ from, to }: Arrivals) => ({ from, to, oldest: from - longestDelayMs });

/** The releases that came and are not among the deploys, of each project those of which most came. */
export function unknownReleases(projects: readonly string[], stretch: Arrivals, most: number): Question {
  return {
    sql: `SELECT tenant, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS first, count() OVER (PARTITION BY tenant) AS all
FROM ${arrivals}
WHERE release NOT IN ('', 'unknown', '__other__')
GROUP BY tenant, app, env, release
HAVING count() >= ${fewestReleaseEvents}
  AND (tenant, app, env, release) NOT IN (SELECT tenant, app, env, release FROM deploy_events WHERE tenant IN {projects:Array(String)})
ORDER BY tenant, count() DESC, first LIMIT {most:UInt32} BY tenant`,
    params: { projects, ...within(stretch), most },
  };
}

/** When the first of releases came, as far back as is asked. */
export function firstSights(projects: readonly string[], releases: readonly string[], stretch: Arrivals): Question {
  return {
    sql: `SELECT tenant, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS first
FROM ${arrivals}
WHERE release IN {releases:Array(String)}
GROUP BY tenant, app, env, release`,
    params: { projects, releases, ...within(stretch) },
  };
}

/** How many were noted since a moment, by project. */
export function notedReleases(projects: readonly string[], since: number): Question {
  return {
    sql: `SELECT tenant, uniqExact(app, env, release) AS noted FROM deploy_events
WHERE tenant IN {projects:Array(String)} AND kind = 'first_seen' AND deploy_events.received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
GROUP BY tenant`,
    params: { projects, since },
  };
}
