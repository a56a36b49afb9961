import type { DeployKind } from '#contracts';
import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';

export interface DeployScope {
  readonly project: string;
  /** Of the moments at which they went live. */
  readonly range: TimeRange;
  readonly app?: readonly string[] | undefined;
  readonly environment?: readonly string[] | undefined;
  readonly kind?: readonly DeployKind[] | undefined;
  readonly limit: number;
}

/** A row of the view as the engine sends it. */
export interface ListedDeploy {
  readonly app: string;
  readonly env: string;
  readonly release: string;
  readonly time: string;
  readonly kind: DeployKind;
  readonly url: string;
  readonly author: string;
  readonly commit_id: string;
  readonly told_by: string;
}

/** What went live in the range, the newest first; one more than the limit, where there are. */
export function deployList({ project, range, app, environment, kind, limit }: DeployScope): Question {
  const filters = { app, env: environment, kind };
  const given = Object.entries(filters).flatMap(([column, values]) => (values === undefined ? [] : [[column, values] as const]));
  const narrowed = given.map(([column]) => ` AND ${column} IN {${column}:Array(String)}`).join('');
  return {
    sql: `SELECT app, env, release, toUnixTimestamp64Milli(at) AS time, kind, url, author, commit_id, told_by
FROM deploys
WHERE project = {project:String} AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')${narrowed}
ORDER BY at DESC, app, env, release LIMIT {rows:UInt32}`,
    params: { project, ...range, ...Object.fromEntries(given), rows: limit + 1 },
  };
}
