import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';
import { conditions, type Scope } from './conditions.ts';

export interface ReleaseOfTool {
  readonly tool: string;
  readonly release: string;
  readonly p95: number;
}

/** Fewer calls of a release say nothing of its slowest twentieth. */
const fewestCalls = 20;

/** The p95 of each tool's calls by release, as browsers saw them. Raw events: the rollups know no releases. */
export function toolReleases(scope: Scope, range: TimeRange): Question {
  const { sql, params } = conditions({ ...scope, metric: 'mcp-tool-execution' });
  return {
    sql: `SELECT tool, release, quantileDD(0.01, 0.95)(value * 1e6) / 1e6 AS p95
FROM rum_events
WHERE ${sql} AND counted = 1 AND release != '' AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
GROUP BY tool, release HAVING count() >= ${fewestCalls} ORDER BY p95 DESC LIMIT 10000`,
    params: { ...params, from: range.from, to: range.to },
  };
}
