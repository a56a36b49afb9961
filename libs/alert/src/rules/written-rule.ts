import type { AlertRuleConfig } from '#contracts';

/** A rule that somebody made by the API: of one project, and of its own name there. Times are milliseconds since 1970. */
export interface WrittenRule {
  readonly project: string;
  readonly config: AlertRuleConfig;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly changedBy: string;
}

/** Id of its document; no project has a slash in its name. */
export const writtenRuleId = (project: string, rule: string) => `${project}/${rule}`;
