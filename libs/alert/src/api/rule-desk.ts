import { Injectable } from '@nestjs/common';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { AlertConflict, AlertState, bodyRefusal, Clock, Refusal } from '#platform';
import { changeOf, type Kept, recall, recallOne } from '../alert-book.ts';
import { isInFile, isOf } from '../rules/live-rules.ts';
import { type WrittenRule, writtenRuleId } from '../rules/written-rule.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { type Audited, auditRecord } from './audit-record.ts';
import { fileRule, ruleAnswerOf, type ShelvedRule, shelvedRule } from './shelved-rule.ts';

export interface Whose {
  readonly project: string;
  readonly by: string;
}

type Action = Audited['action'];
type KeptRule = Kept<WrittenRule>;

/** As many as a configuration file may have. */
const mostRules = 1_000;
const copiesTried = 100;

/** Where people change rules. Each change is written together with who made it, or not at all. */
@Injectable()
export class RuleDesk {
  constructor(
    private readonly state: AlertState,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  /** Of one project; rules of the file that are for every project are among them. By their names. */
  async list(project: string): Promise<ShelvedRule[]> {
    const written = [...(await recall(this.state, 'rule')).values()].filter(({ value }) => value.project === project);
    const { fileRules } = this.options;
    const ofFile = fileRules.filter((rule) => isOf(rule, project)).map(fileRule);
    return [...ofFile, ...written.map((kept) => shelvedRule(kept, fileRules))].sort(byName);
  }

  async one(project: string, id: string): Promise<ShelvedRule> {
    const found = (await this.list(project)).find((rule) => rule.config.id === id && !rule.shadowed);
    if (!found) throw new Refusal('not_found', 'there is no such rule', 'id');
    return found;
  }

  /** `version` is that of the rule as it was read, 0 of one that is new. */
  async put(whose: Whose, id: string, given: object, version: number): Promise<ShelvedRule> {
    this.#refuseFile(whose.project, id);
    const config = this.#checked(whose.project, id, given);
    const kept = await this.#kept(whose.project, id);
    if ((kept?.version ?? 0) !== version) throw this.#changed(kept);
    await this.#checkChannels(config, kept?.value.config.channels);
    if (!kept) await this.#refuseTooMany();
    return this.#write(whose, kept ? 'change rule' : 'create rule', kept, config);
  }

  /** A copy is switched off, so that nobody is told twice, until somebody has made of it what they want. */
  async copy(whose: Whose, id: string, asked: string | undefined): Promise<ShelvedRule> {
    const { config } = await this.one(whose.project, id);
    await this.#refuseTooMany();
    const copy = asked ?? (await this.#freeName(whose.project, id));
    this.#refuseFile(whose.project, copy);
    const kept = await this.#kept(whose.project, copy);
    if (kept) throw new Refusal('conflict', `there is a rule ${copy} already`, 'id');
    const checked = this.#checked(whose.project, copy, { ...config, enabled: false, project: whose.project, id: copy });
    return this.#write(whose, 'copy rule', undefined, checked);
  }

  async setEnabled(whose: Whose, id: string, enabled: boolean): Promise<ShelvedRule> {
    this.#refuseFile(whose.project, id);
    const kept = await this.#mustBe(whose.project, id);
    if (kept.value.config.enabled === enabled) return shelvedRule(kept, this.options.fileRules);
    return this.#write(whose, enabled ? 'enable rule' : 'disable rule', kept, { ...kept.value.config, enabled });
  }

  /** What it had opened is closed at the next look. */
  async remove(whose: Whose, id: string, version: number | undefined): Promise<ShelvedRule> {
    this.#refuseFile(whose.project, id);
    const kept = await this.#mustBe(whose.project, id);
    if (version !== undefined && kept.version !== version) throw this.#changed(kept);
    return this.#write(whose, 'delete rule', kept, null);
  }

  #refuseFile(project: string, id: string): void {
    if (!isInFile(this.options.fileRules, project, id)) return;
    throw new Refusal(
      'read_only',
      `the rule ${id} stands in the configuration file: copy to edit, POST /api/alerts/rules/${id}/copy`,
      'id',
    );
  }

  #kept(project: string, id: string): Promise<KeptRule | undefined> {
    return recallOne(this.state, 'rule', writtenRuleId(project, id));
  }

  async #mustBe(project: string, id: string): Promise<KeptRule> {
    const kept = await this.#kept(project, id);
    if (!kept) throw new Refusal('not_found', 'there is no such rule', 'id');
    return kept;
  }

  async #refuseTooMany(): Promise<void> {
    if ((await recall(this.state, 'rule')).size >= mostRules)
      throw new Refusal('too_many', `there are ${mostRules} rules already`, null, mostRules);
  }

  async #freeName(project: string, id: string): Promise<string> {
    const taken = new Set((await this.list(project)).map(({ config }) => config.id));
    const names = Array.from({ length: copiesTried }, (_, n) => `${id.slice(0, 54)}-copy${n === 0 ? '' : `-${n + 1}`}`);
    const free = names.find((name) => !taken.has(name));
    if (free === undefined) throw new Refusal('too_many', `there are ${copiesTried} copies of ${id} already: name one`, 'id', copiesTried);
    return free;
  }

  #checked(project: string, id: string, given: object): AlertRuleConfig {
    for (const [field, mine] of Object.entries({ id, project }))
      if (Object.hasOwn(given, field) && given[field as keyof object] !== mine)
        throw new Refusal('body_invalid', `rule.${field}: is ${mine}, as the address says`, `rule.${field}`, mine);
    if (!this.options.projects.includes(project)) throw new Refusal('not_found', 'there is no such project', 'project');
    if ('kind' in given && given.kind === 'self')
      throw new Refusal('body_invalid', 'rule.kind: rules about the house itself stand in the configuration file', 'rule.kind');
    const checked = alertRuleSchema.safeParse({ ...given, id, project }, { reportInput: true });
    if (!checked.success) throw bodyRefusal({ ...checked.error.issues[0]!, path: ['rule', ...checked.error.issues[0]!.path] });
    return checked.data;
  }

  /** Rules of the file may name channels that are not set up, and so may their copies; nobody names one anew. */
  async #checkChannels({ channels = [] }: AlertRuleConfig, before: readonly string[] = []): Promise<void> {
    const known = await recall(this.state, 'channel');
    const unknown = channels.findIndex((channel) => !known.has(channel) && !before.includes(channel));
    // Without any the alerter has never been there: nobody knows.
    if (known.size === 0 || unknown === -1) return;
    const names = [...known.keys()].join(', ');
    throw new Refusal('body_invalid', `there is no channel ${channels[unknown]}`, `rule.channels[${unknown}]`, names);
  }

  #changed(kept: KeptRule | undefined): Refusal {
    const rule = kept ? ruleAnswerOf(shelvedRule(kept, this.options.fileRules), 0) : null;
    const now = kept ? `it has version ${kept.version} now` : 'it is not there any more';
    return new Refusal('version_conflict', `somebody else changed the rule: ${now}`, 'version', kept?.version ?? 0, { rule });
  }

  /** `config` null: it is deleted. */
  async #write({ project, by }: Whose, action: Action, kept: KeptRule | undefined, config: AlertRuleConfig | null): Promise<ShelvedRule> {
    const now = this.clock.now();
    const before = kept?.value;
    const id = (config ?? before!.config).id;
    const value = { project, config: config ?? before!.config, createdAt: before?.createdAt ?? now, changedAt: now, changedBy: by };
    const change = changeOf('rule', { project, id: writtenRuleId(project, id), ended: config === null }, kept, value);
    const record = auditRecord({ project, action, by, about: id, at: now, before: before?.config, after: config ?? undefined });
    try {
      await this.state.write({ at: now, changes: [change], records: [record] });
    } catch (error) {
      if (error instanceof AlertConflict) throw this.#changed(await this.#kept(project, id));
      throw error;
    }
    return shelvedRule({ version: (kept?.version ?? 0) + 1, value }, this.options.fileRules);
  }
}

const byName = (one: ShelvedRule, other: ShelvedRule) => (one.config.id < other.config.id ? -1 : Number(one.config.id > other.config.id));
