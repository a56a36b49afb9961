import { type WeighedRow, weightColumns } from '#contracts';
import type { Question } from '#platform';
import type { MeasuredRule } from '../rules/rule.ts';
import { stretchesOf } from './stretches.ts';
import { columns, type Moments, questionOf } from './window-question.ts';

/** How many sets of labels a rule has in a stretch of time, and how often their events were sampled. */
export interface LabelSetsRow extends WeighedRow {
  readonly sets: string;
}

/** Of all minutes that lie in a window of any moment. */
export function labelSets(rule: MeasuredRule, project: string, { from, to }: Pick<Moments, 'from' | 'to'>): Question {
  const { metrics, groupBy } = questionOf(rule, project, { from, to, stepS: 60 });
  const first = from - Math.max(...stretchesOf(rule).map((stretch) => stretch.from));
  const labels = groupBy.map((name) => `toString(${columns[name]})`).join(', ');
  const scope = Object.keys(rule.scope).map((name) => `AND ${columns[name as keyof typeof columns]} = {${name}:String}`);
  return {
    sql: `SELECT uniqExact([${labels}]::Array(String)) AS sets, ${weightColumns} FROM rum_1m
WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND agent != 'bot' ${scope.join(' ')}
  AND t >= toDateTime({first:Int64}, 'UTC') AND t < toDateTime({to:Int64}, 'UTC')`,
    params: { project, metrics, first, to, ...rule.scope },
  };
}

/** Each has a row of its own. */
export const metricsOf = (rule: MeasuredRule) => questionOf(rule, '', { from: 0, to: 0, stepS: 60 }).metrics.length;
