import { dimensionColumns, dimensions, type Filters } from './dimensions.ts';

/** Whose events, and which of them. */
export interface Scope {
  /** The tenant. Every question is asked for one, so no answer can mix two. */
  readonly project: string;
  readonly metric?: string;
  readonly filters: Filters;
}

export interface Conditions {
  readonly sql: string;
  readonly params: Record<string, unknown>;
}

/** Everything of a WHERE clause but the time. Robots are left out unless `agent` is asked for. */
export function conditions(scope: Scope): Conditions {
  const parts = ['tenant = {project:String}'];
  const params: Record<string, unknown> = { project: scope.project };
  if (scope.metric !== undefined) {
    parts.push('metric = {metric:String}');
    params.metric = scope.metric;
  }
  for (const dimension of dimensions) {
    const values = scope.filters[dimension];
    if (values === undefined) continue;
    parts.push(`${dimensionColumns[dimension]} IN {${dimension}:Array(String)}`);
    params[dimension] = values;
  }
  if (scope.filters.agent === undefined) parts.push(`agent != 'bot'`);
  return { sql: parts.join(' AND '), params };
}
