import type { Logger } from 'pino';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import type { AlertDocument, AlertState } from '#platform';
import { type RuleBook, ruleBookOf } from './rule-book.ts';
import type { WrittenRule } from './written-rule.ts';

export interface LiveRulesParts {
  readonly state: AlertState;
  readonly log: Logger;
  /** Rules of the configuration file. */
  readonly fileRules: readonly AlertRuleConfig[];
  readonly projects: readonly string[];
}

/** The rules of the file and those made by the API, as they are now. */
export class LiveRules {
  #versions: string | undefined;
  #book: RuleBook | undefined;

  constructor(private readonly parts: LiveRulesParts) {}

  /** The same object for as long as nobody changes a rule. */
  async current(): Promise<RuleBook> {
    const documents = await this.parts.state.list('rule');
    const versions = documents
      .map(({ id, body }) => `${id} ${body}`)
      .sort()
      .join('\n');
    if (this.#book === undefined || versions !== this.#versions) {
      const { fileRules, projects } = this.parts;
      this.#book = ruleBookOf([...fileRules, ...this.#written(documents)], projects);
      this.#versions = versions;
    }
    return this.#book;
  }

  /** One that this version of the house cannot read is not judged, and what it had opened is closed. */
  #written(documents: readonly AlertDocument[]): AlertRuleConfig[] {
    const { fileRules, log } = this.parts;
    return documents.flatMap(({ id, body }) => {
      const { project, config } = JSON.parse(body) as WrittenRule;
      const read = alertRuleSchema.safeParse({ ...config, project });
      if (!read.success) log.error({ rule: id, problem: read.error.issues[0]?.message }, 'alerts: a rule of the API cannot be used');
      return read.success && !isInFile(fileRules, project, config.id) ? [read.data] : [];
    });
  }
}

/** Undefined: it is one of every project, or of the house. */
export const projectOf = (rule: AlertRuleConfig) => ('project' in rule ? rule.project : undefined);

/** Whether a rule is one of the project's. */
export const isOf = (rule: AlertRuleConfig, project: string) => (projectOf(rule) ?? project) === project;

/** Whether the file has a rule of this name for the project: it is the one that holds. */
export function isInFile(fileRules: readonly AlertRuleConfig[], project: string, id: string): boolean {
  return fileRules.some((rule) => rule.id === id && isOf(rule, project));
}
