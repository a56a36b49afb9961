import type { z } from 'zod';
import type { AlertRuleConfig } from '#contracts';
import type { Kept } from '../alert-book.ts';
import { isInFile, projectOf } from '../rules/live-rules.ts';
import type { WrittenRule } from '../rules/written-rule.ts';
import type { ruleAnswer } from './answers.ts';

/** A rule, wherever it comes from. */
export interface ShelvedRule {
  readonly config: AlertRuleConfig;
  readonly source: 'file' | 'api';
  /** 0 of one of the file. */
  readonly version: number;
  readonly changed: { readonly at: number; readonly by: string } | null;
  /** The file has one of the same name, which is the one that holds. */
  readonly shadowed: boolean;
}

export const fileRule = (config: AlertRuleConfig): ShelvedRule => ({ config, source: 'file', version: 0, changed: null, shadowed: false });

export function shelvedRule({ version, value }: Kept<WrittenRule>, fileRules: readonly AlertRuleConfig[]): ShelvedRule {
  const { project, config, changedAt, changedBy } = value;
  return { config, source: 'api', version, changed: { at: changedAt, by: changedBy }, shadowed: isInFile(fileRules, project, config.id) };
}

/** Null where the finding decides. */
export const severityOf = (config: AlertRuleConfig) => ('severity' in config ? config.severity : null);

export function ruleAnswerOf(
  { config, source, version, changed, shadowed }: ShelvedRule,
  openIncidents: number,
): z.output<typeof ruleAnswer> {
  const { id, name = id, enabled } = config;
  const project = projectOf(config) ?? null;
  return {
    ...{ id, name, project, enabled, source, version, severity: severityOf(config), shadowed, openIncidents },
    ...{ changedAt: changed?.at ?? null, changedBy: changed?.by ?? null, rule: config },
  };
}
