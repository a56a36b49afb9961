/** What is known of what got worse; and what got better, which needs nobody. */
export const worseStates = ['open', 'went_away', 'accepted', 'muted'] as const;
export const regressionStates = [...worseStates, 'improved'] as const;
export type RegressionState = (typeof regressionStates)[number];

/** What a row of `regression_states` says of its regression in columns. Times are milliseconds since 1970. */
interface StatedRegression {
  readonly id: string;
  readonly cause: string;
  readonly app: string;
  readonly env: string;
  readonly metric: string;
  readonly severity: string;
  readonly found: number;
  readonly since: number;
}

/** A row of `regression_states` as a JSONEachRow line: what is true of a regression since `version`, milliseconds since 1970. */
export function regressionStateLine(project: string, state: RegressionState, version: number, regression: StatedRegression): string {
  const { id, cause, app, env, metric, severity, found, since } = regression;
  const seconds = { found: found / 1000, since: since / 1000 };
  return JSON.stringify({
    ...{ tenant: project, id, cause, version, state, ...seconds, app, env, metric, severity },
    detail: JSON.stringify(regression),
  });
}
