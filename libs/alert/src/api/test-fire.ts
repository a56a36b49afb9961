import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { type AlertRuleConfig, readMeasure, unitOf } from '#contracts';
import { AlertState, Clock, Refusal, Warehouse } from '#platform';
import { changeOf, deliveryId, type PendingDelivery, recall } from '../alert-book.ts';
import { toldRule } from '../evaluation/tell-transition.ts';
import { explainRoute } from '../incidents/route.ts';
import { type DeliveryRow, deliveryRows, deliveryStates } from '../journal/delivery-rows.ts';
import type { Notice, NoticeMeasure } from '../notices/notice.ts';
import type { Rule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { testAnswer } from './answers.ts';
import { type Audited, auditRecord } from './audit-record.ts';
import { channelTypes } from './operating-parts.ts';
import type { Whose } from './rule-desk.ts';
import { severityOf } from './shelved-rule.ts';

type Answer = z.output<typeof testAnswer>;

/** The provider has ten seconds, and the alerter looks every second. */
const longestWaitMs = 20_000;
const lookMs = 250;
/** One test of a thing in so long: a provider is not to be flooded by a finger on a button. */
const pauseMs = 10_000;

/** Sends notices marked as tests the way that all notices go: the alerter tells them, and what the provider answered comes back. */
@Injectable()
export class TestFire {
  readonly #lastAt = new Map<string, number>();

  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  async channel(whose: Whose, channel: string): Promise<Answer> {
    if (!(await recall(this.state, 'channel')).has(channel)) throw new Refusal('not_found', 'there is no such channel', 'id');
    const rule = { id: 'test', name: `Test of the channel ${channel}` };
    return this.#fire(whose, 'test channel', channel, { channels: [channel], unknown: [] }, { rule, severity: 'info' });
  }

  async rule(whose: Whose, config: AlertRuleConfig): Promise<Answer> {
    const types = await channelTypes(this.state);
    const rule = ruleOf(config);
    const severity = severityOf(config) ?? 'warning';
    const routed = {
      project: whose.project,
      labels: {},
      rule: toldRule(rule),
      severity,
      ...(config.channels && { ruleChannels: config.channels }),
    };
    const { channels } = explainRoute(routed, { routes: this.options.telling.routes, types });
    const unknown = (config.channels ?? []).filter((channel) => !types.has(channel));
    const measure = sampleOf(rule);
    return this.#fire(
      whose,
      'test rule',
      config.id,
      { channels, unknown },
      { rule: toldRule(rule), severity, ...(measure && { measure }) },
    );
  }

  async #fire(
    { project, by }: Whose,
    action: Audited['action'],
    about: string,
    { channels, unknown }: { readonly channels: readonly string[]; readonly unknown: string[] },
    told: Pick<Notice, 'rule' | 'severity' | 'measure'>,
  ): Promise<Answer> {
    const now = this.clock.now();
    this.#refuseFlood(`${action} ${project} ${about}`, now);
    const id = `test-${randomUUID()}`;
    const { houseUrl } = this.options;
    const notice: Notice = {
      ...{ kind: 'test', project, incident: { id, openedAt: now }, labels: {}, ...told },
      ...{ reason: `[TEST] asked for by ${by}; nothing is wrong`, at: now, ...(houseUrl !== undefined && { houseUrl }) },
    };
    const deliveries = channels.map((channel) => pendingTest(notice, channel, now));
    const changes = deliveries.map((pending) => changeOf('delivery', { project, id: pending.delivery.id }, undefined, pending));
    await this.state.write({ at: now, changes, records: [auditRecord({ project, action, by, about, at: now })] });
    const answers = await this.#answers(project, id, deliveries, now);
    return { data: deliveries.map(({ delivery }) => answerOf(delivery, answers.get(delivery.id))), unknown };
  }

  #refuseFlood(what: string, now: number): void {
    const last = this.#lastAt.get(what);
    if (last !== undefined && now - last < pauseMs)
      throw new Refusal(
        'quota_exceeded',
        `it was tested ${Math.round((now - last) / 1_000)} s ago: one test in ${pauseMs / 1_000} s`,
        null,
        pauseMs / 1_000,
      );
    for (const [other, at] of this.#lastAt) if (now - at >= pauseMs) this.#lastAt.delete(other);
    this.#lastAt.set(what, now);
  }

  /** As far as they are there in time. */
  async #answers(
    project: string,
    incident: string,
    deliveries: readonly PendingDelivery[],
    since: number,
  ): Promise<Map<string, DeliveryRow>> {
    const filter = { project, states: deliveryStates, channel: '', incident, since: since - 60_000, before: undefined, limit: 100 };
    for (;;) {
      const rows = (await deliveryRows(this.warehouse, filter)).filter(({ attempts }) => attempts.length > 0);
      const told = new Map(rows.map((row) => [row.id, row]));
      if (deliveries.every(({ delivery }) => told.has(delivery.id)) || this.clock.now() - since >= longestWaitMs) return told;
      await this.clock.sleep(lookMs);
    }
  }
}

function pendingTest(notice: Notice, channel: string, now: number): PendingDelivery {
  const id = deliveryId(notice.incident.id, channel, 1);
  return { delivery: { id, channel, seq: 1, notice }, createdAt: now, dueAt: now, attempts: 0, possiblySent: false };
}

function answerOf({ id, channel }: PendingDelivery['delivery'], row: DeliveryRow | undefined): Answer['data'][number] {
  return { channel, delivery: id, state: row?.state ?? 'waiting', attempt: row?.attempts.at(-1) ?? null };
}

/** What the rule would say if it were broken a little. */
function sampleOf(rule: Rule): NoticeMeasure | undefined {
  if (rule.kind !== 'threshold' && rule.kind !== 'change') return undefined;
  const { metric, windowS, threshold } = rule.config;
  const unit = unitOf(rule.metric);
  const reference = (threshold === undefined ? undefined : readMeasure(threshold, unit)) ?? 1_000;
  const by = rule.condition === 'above' || rule.condition === 'increasing' ? 1.25 : 0.75;
  const { statistic } = rule.metric;
  return { metric, statistic, unit, comparison: rule.condition, value: reference * by, reference, samples: rule.minSamples, windowS };
}
