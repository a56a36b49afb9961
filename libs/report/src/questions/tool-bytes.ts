import type { Question } from '#platform';
import type { CellSource } from '../range/cell-source.ts';
import { cellsOf } from './cells.ts';
import { conditions, type Scope } from './conditions.ts';

export interface ToolBytes {
  readonly tool: string;
  /** Of an answer, in the mean. */
  readonly bytes: number;
}

/** How large the answers of each tool are, as browsers saw them. */
export function toolBytes(scope: Scope, sources: readonly CellSource[]): Question {
  const measures = { rollup: 'sum(n) AS calls, sum(bytes) AS answered', raw: 'count() AS calls, sum(response_bytes) AS answered' };
  const cells = cellsOf({ rollup: 'tool', raw: 'tool' }, measures, sources, conditions({ ...scope, metric: 'mcp-tool-execution' }));
  return {
    sql: `SELECT g AS tool, sum(answered * toFloat64(weight)) / sum(calls * toFloat64(weight)) AS bytes
FROM (
  ${cells.sql}
)
GROUP BY g LIMIT 10000`,
    params: cells.params,
  };
}
