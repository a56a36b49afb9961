import type { RegressionState } from '#contracts';
import type { Question } from '#platform';

/** A regression as the engine sends it. */
export interface RegressionRow {
  readonly id: string;
  /** Of the regression that stands for everything with the same cause. */
  readonly cause: string;
  readonly state: RegressionState;
  /** Milliseconds since 1970. */
  readonly changed: string;
  readonly detail: string;
}

export interface RegressionScope {
  readonly project: string;
  /** Found in here, milliseconds since 1970. */
  readonly range: { readonly from: number; readonly to: number };
  readonly states: readonly RegressionState[];
  readonly metric?: string;
  readonly limit: number;
}

/** Of which cause it is how many are known. */
export interface ListedRegression extends RegressionRow {
  readonly members: string;
}

const newest = `SELECT id, any(cause) AS cause, argMax(state, version) AS state, toUnixTimestamp64Milli(max(version)) AS changed, argMax(detail, version) AS detail, any(found) AS first, any(metric) AS about
FROM regression_states`;

/**
 * One regression of each cause, the newest cause first: one that is open if any is, and of those the one that stands for the cause. A cause is
 * of the time at which its first was found, and about the metrics of all.
 */
export function regressionList({ project, range, states, metric, limit }: RegressionScope): Question {
  return {
    sql: `SELECT id, cause, state, changed, detail, members FROM (
  SELECT *, count() OVER of_cause AS members, min(first) OVER of_cause AS began${metric === undefined ? '' : ', max(about = {metric:String}) OVER of_cause AS asked'}
  FROM (${newest}
    WHERE tenant = {project:String} AND found >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') GROUP BY id)
  WINDOW of_cause AS (PARTITION BY cause) ORDER BY state = 'open' DESC, id = cause DESC, first, id LIMIT 1 BY cause)
WHERE began <= fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND state IN {states:Array(String)}${metric === undefined ? '' : ' AND asked'}
ORDER BY began DESC, id LIMIT {limit:UInt32}`,
    params: { project, ...range, states, limit, ...(metric !== undefined && { metric }) },
  };
}

/** Everything with the same cause as one regression, which is among them; the one that stands for it first. */
export function regressionsOfCause(project: string, id: string): Question {
  return {
    sql: `SELECT id, cause, state, changed, detail FROM (${newest} WHERE tenant = {project:String}
  AND regression_states.cause IN (SELECT cause FROM regression_states WHERE tenant = {project:String} AND id = {id:String}) GROUP BY id)
ORDER BY id = cause DESC, first, id`,
    params: { project, id },
  };
}
