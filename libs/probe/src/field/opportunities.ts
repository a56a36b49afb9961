import type { Question } from '#platform';

/** A page whose visitors would gain by a monitor. */
export interface Opportunity {
  readonly app: string;
  readonly environment: string;
  readonly route: string;
  /** Loads in the time that was asked about, estimated from samples. */
  readonly loads: number;
  /** Of them, those whose largest contentful paint was not good: what there is to win. */
  readonly slowLoads: number;
}

/** Routes by how many of their loads were not good, most first. `from`, `to`: milliseconds since 1970. */
export function opportunityQuestion(project: string, from: number, to: number, limit: number): Question {
  return {
    sql: `SELECT app, env AS environment, route, toUInt64(sum(n * toFloat64(weight))) AS loads,
  toUInt64(sum((n - good - unrated) * toFloat64(weight))) AS slowLoads
FROM rum_1h
WHERE tenant = {project:String} AND metric = 'LCP' AND agent = 'browser' AND route != '' AND route != '__other__'
  AND t >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND t < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
GROUP BY app, env, route HAVING slowLoads > 0
ORDER BY slowLoads DESC, loads DESC, app, env, route LIMIT {limit:UInt32}`,
    params: { project, from, to, limit },
  };
}

interface ProposedMonitor {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly route: string;
  readonly app: string;
  readonly environment: string;
}

export interface Proposal {
  readonly monitors: readonly ProposedMonitor[];
  /** Routes for which there is none, and why. */
  readonly skipped: readonly { readonly route: string; readonly reason: string }[];
}

/** Monitors for the most opportune routes, `count` at most, under `baseUrl`. `taken`: ids and addresses that there are. */
export function proposeMonitors(
  opportunities: readonly Opportunity[],
  { baseUrl, count, taken }: { readonly baseUrl: string; readonly count: number; readonly taken: ReadonlySet<string> },
): Proposal {
  const monitors: ProposedMonitor[] = [];
  const skipped: { route: string; reason: string }[] = [];
  const used = new Set(taken);
  for (const { route, app, environment } of opportunities) {
    if (monitors.length === count) break;
    const url = addressOf(route, baseUrl);
    if (url === undefined) skipped.push({ route, reason: 'it names many pages, or no path: give a monitor the address of one' });
    else if (used.has(url)) skipped.push({ route, reason: 'there is a monitor of this address' });
    else {
      const id = freeId(route, used);
      monitors.push({ id, name: route, url, route, app, environment });
      used.add(id).add(url);
    }
  }
  return { monitors, skipped };
}

/** A route is a path unless somebody named it; with `:id` in it, it stands for many pages. */
function addressOf(route: string, baseUrl: string): string | undefined {
  if (!route.startsWith('/') || /\/[:*]/.test(route)) return undefined;
  const url = new URL(route, baseUrl);
  return url.origin === new URL(baseUrl).origin ? url.href : undefined;
}

function freeId(route: string, used: ReadonlySet<string>): string {
  const plain = route
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 56);
  const stem = plain || 'home';
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!used.has(id)) return id;
  }
}
