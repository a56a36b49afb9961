import type { RateDefinition } from '#contracts';
import type { Question } from '#platform';
import { hasFewSamples } from '../metrics/sample-size.ts';
import type { CellSource } from '../range/cell-source.ts';
import { cellsOf, type Grouping } from './cells.ts';
import { conditions, type Scope } from './conditions.ts';
import type { Summary } from './summary.ts';

export interface RateRow {
  readonly g: string | number;
  /** Events received of those that the rate is of. */
  readonly n: string;
  readonly events: number;
  readonly part: number;
}

const counts = {
  rollup: 'sumIf(n, metric IN {part:Array(String)}) AS part_samples, sumIf(n, metric IN {whole:Array(String)}) AS whole_samples',
  raw: 'countIf(metric IN {part:Array(String)}) AS part_samples, countIf(metric IN {whole:Array(String)}) AS whole_samples',
};

/** How many of some events there are among others, group by group; a group without the others has no rate and no row. */
export function rateOfCells(
  scope: Scope,
  rate: RateDefinition,
  grouping: Grouping,
  sources: readonly CellSource[],
  tail: string,
): Question {
  const { part, whole } = rate;
  const where = conditions(scope);
  const ofBoth = { ...where, sql: `${where.sql} AND metric IN {metrics:Array(String)}` };
  const cells = cellsOf(grouping, counts, sources, ofBoth);
  return {
    sql: `SELECT g, sum(whole_samples) AS n, sum(whole_samples * toFloat64(weight)) AS events, sum(part_samples * toFloat64(weight)) AS part
FROM (
  ${cells.sql}
)
GROUP BY g HAVING n > 0
${tail}`,
    params: { ...cells.params, part, whole, metrics: [...new Set([...part, ...whole])] },
  };
}

/** As a set of measurements that has no percentiles. */
export function parseRate({ n, events, part }: RateRow): Summary {
  const samples = Number(n);
  return {
    value: Number((part / events).toPrecision(6)),
    ...{ p50: null, p75: null, p95: null, p99: null },
    count: Math.round(events),
    samples,
    sampling: Number((samples / events).toFixed(4)),
    fewSamples: hasFewSamples('rate', samples),
    shares: null,
  };
}
