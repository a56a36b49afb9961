import type { Logger } from 'pino';
import { type AlertChange, AlertConflict, type AlertState } from '#platform';
import { type Alarm, changeOf, deliveryId, type Kept, recall, recallOne } from '../alert-book.ts';
import { alarmMs, nextAlarmStep } from './alarm-step.ts';
import { insteadOf, joinChannels } from './instead.ts';

export interface AlarmWatchParts {
  readonly state: AlertState;
  readonly log: Logger;
  /** Channels that are told where that one cannot be. */
  fallbackOf(channel: string): readonly string[];
  /** The channel of those who own a project; null: there is none. */
  ownersOf(project: string): string | null;
}

const writeTries = 3;

/** Watches critical incidents until somebody has taken them. */
export class AlarmWatch {
  #unheard: readonly Alarm[] = [];

  constructor(private readonly parts: AlarmWatchParts) {}

  /** Throws where nobody is left to be asked: somebody must look at this by chance. */
  check(): void {
    const [first] = this.#unheard;
    if (!first) return;
    const { incident, rule } = first.notice;
    throw new Error(
      `nobody could be told of ${this.#unheard.length} critical: ${rule.name}, ${incident.id}; asked ${first.asked.join(', ')}`,
    );
  }

  /** Answers whether notices were made. */
  async look(now: number): Promise<boolean> {
    let asked = false;
    const alarms = await recall(this.parts.state, 'alarm');
    for (const [id, kept] of alarms)
      if (now - kept.value.since >= alarmMs || kept.value.step === 'nobody') asked = (await this.#step(id, kept, now)) || asked;
    this.#unheard = [...(await recall(this.parts.state, 'alarm')).values()]
      .map(({ value }) => value)
      .filter(({ step }) => step === 'nobody');
    return asked;
  }

  /** A channel took it. */
  async heard(incidentId: string, now: number): Promise<void> {
    for (let made = 1; made <= writeTries; made++) {
      const kept = await recallOne(this.parts.state, 'alarm', incidentId);
      if (!kept || (await this.#write([ended(incidentId, kept)], now))) return;
    }
  }

  async #step(id: string, kept: Kept<Alarm>, now: number): Promise<boolean> {
    const { state, log, fallbackOf, ownersOf } = this.parts;
    const { notice, seq, asked } = kept.value;
    if (!(await this.#lasts(id))) {
      await this.#write([ended(id, kept)], now);
      return false;
    }
    const next = nextAlarmStep(kept.value, { fallbackOf, owners: ownersOf(notice.project) }, now);
    if (!next) return false;
    log.error({ incident: id, asked, ask: next.ask }, 'alerts: nobody took a critical incident');
    await joinChannels(state, id, next.ask, now);
    const pending = await recall(state, 'delivery');
    const ask = next.ask.filter((channel) => !pending.has(deliveryId(id, channel, seq)));
    const made = ask.map((channel) => insteadOf({ notice, seq }, channel, { failed: asked.join(','), now }));
    return this.#write([changeOf('alarm', { project: kept.value.project, id }, kept, next.alarm), ...made], now);
  }

  async #lasts(id: string): Promise<boolean> {
    const group = await recallOne(this.parts.state, 'group', id);
    if (group && group.value.told > 0) return true;
    const incident = await recallOne(this.parts.state, 'incident', id);
    return incident?.value.resolvedAt === null;
  }

  /** False where somebody else was faster: what he did is looked at next time. */
  async #write(changes: readonly AlertChange[], now: number): Promise<boolean> {
    try {
      await this.parts.state.write({ at: now, changes });
      return true;
    } catch (error) {
      if (error instanceof AlertConflict) return false;
      throw error;
    }
  }
}

const ended = (id: string, kept: Kept<Alarm>) => changeOf('alarm', { project: kept.value.project, id, ended: true }, kept, kept.value);
