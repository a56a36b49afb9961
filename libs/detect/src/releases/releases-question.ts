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

const between = `received_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND tenant IN {projects:Array(String)}`;

/** What came in from browsers and servers; `ofApp` says more of the applications. */
const arrivals = (ofApp = (_app: string) => '') => `(
  SELECT tenant, app, env, release, received_at FROM rum_events
  WHERE ${between} AND ts >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC')${ofApp('app')}
  UNION ALL
  SELECT tenant, service AS app, env, release, received_at FROM span_events
  WHERE ${between} AND start >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC')${ofApp('service')}
)`;

/** A question that would read more rows of a table is refused before it reads any. */
const atMost = (rows: number | undefined) => (rows === undefined ? '' : ` SETTINGS max_rows_to_read = ${Math.floor(rows)}`);

const within = ({ from, to }: Arrivals) => ({ from, to, oldest: from - longestDelayMs });

/** The releases that came and are not among the deploys, of each project those of which most came. A name beyond a project's cap is none. */
export function unknownReleases(projects: readonly string[], stretch: Arrivals, most: number, mostRows?: number): Question {
  return {
    sql: `SELECT tenant, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS first, count() OVER (PARTITION BY tenant) AS all
FROM ${arrivals()}
WHERE release NOT IN ('', 'unknown', '__other__')
GROUP BY tenant, app, env, release
HAVING count() >= ${fewestReleaseEvents}
  AND (tenant, app, env, release) NOT IN (SELECT tenant, app, env, release FROM deploy_events WHERE tenant IN {projects:Array(String)})
ORDER BY tenant, count() DESC, first LIMIT {most:UInt32} BY tenant${atMost(mostRows)}`,
    params: { projects, ...within(stretch), most },
  };
}

/** When the first of releases came, as far back as is asked. */
export function firstSights(releases: readonly Omit<ArrivedRelease, 'first'>[], stretch: Arrivals, mostRows?: number): Question {
  const all = (of: 'tenant' | 'app' | 'release') => [...new Set(releases.map((one) => one[of]))];
  return {
    sql: `SELECT tenant, app, env, release, toUnixTimestamp64Milli(min(received_at)) AS first
FROM ${arrivals((app) => ` AND ${app} IN {apps:Array(String)}`)}
WHERE release IN {releases:Array(String)}
GROUP BY tenant, app, env, release${atMost(mostRows)}`,
    params: { projects: all('tenant'), apps: all('app'), releases: all('release'), ...within(stretch) },
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
