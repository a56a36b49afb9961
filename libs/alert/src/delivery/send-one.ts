import { type AlertChange, AlertConflict } from '#platform';
import { changeOf, deliveryId, type Kept, type PendingDelivery, type Remembered, recall, recallOne } from '../alert-book.ts';
import type { Delivery, Sent } from '../channels/channel.ts';
import { patientChart } from '../chart/patient-chart.ts';
import type { NoticeKind } from '../notices/notice.ts';
import { afterAttempt } from './after-attempt.ts';
import { attemptRecord, settledRecord } from './attempt-record.ts';
import { answeredAttempt, begunAttempt, isTooOften, neverAnswered } from './begun-attempt.ts';
import { type ChannelPace, paceAfter } from './channel-pace.ts';
import type { DelivererParts } from './deliverer-parts.ts';
import { endOfTest } from './end-of-test.ts';
import { insteadOf, joinChannels } from './instead.ts';
import { patienceOf } from './patience.ts';

type KeptDelivery = Kept<PendingDelivery>;
/** Notices of one channel that were read, by id: changed with what is written. */
type Read = Map<string, KeptDelivery>;

/** Whoever is not told of these does not know what goes on. */
const urgent: ReadonlySet<NoticeKind> = new Set(['trigger', 'escalate']);

/** One attempt to tell one notice, with all that is noted of it. */
export class SendOne {
  constructor(
    private readonly parts: DelivererParts,
    private readonly signal: AbortSignal,
  ) {}

  /** Notes that these need not be told any more. */
  async settle(superseded: readonly PendingDelivery[], read: Read): Promise<void> {
    const { state, clock } = this.parts;
    const changes = superseded.map((one) => endOf(one, read));
    await state.write({ at: clock.now(), changes, records: superseded.map((one) => settledRecord(one, 'superseded')) });
    this.#forget(superseded, read, 'superseded');
  }

  /** Answers how the channel fares after it. `along`: what is told in it too. */
  async send(pending: PendingDelivery, along: readonly PendingDelivery[], read: Read, pace: ChannelPace): Promise<ChannelPace> {
    if (isTooOften(pending)) return this.#giveUp(pending, read, pace);
    const { state, clock, log, channels, chartOf } = this.parts;
    const { delivery, possiblySent } = pending;
    const { channel, ratePerMinute } = channels.get(delivery.channel)!;
    const kept = await this.#begin(pending, along, read);
    const thread = await recallOne(state, 'thread', threadId(delivery));
    const startedAt = clock.now();
    const { signal } = this;
    const chart = chartOf && patientChart((aborting) => chartOf(delivery.notice, aborting), { signal, log });
    const context = { signal, now: startedAt, ref: thread?.value.ref ?? null, possiblySent, ...(chart && { chart }) };
    const sent = await channel.send(delivery, context);
    await this.#note({ kept, before: answeredAttempt(pending), sent, startedAt, thread }, read);
    return paceAfter(pace, sent, { now: clock.now(), pauseMs: 60_000 / (ratePerMinute ?? patienceOf(channel.type).ratePerMinute) });
  }

  async #giveUp(pending: PendingDelivery, read: Read, pace: ChannelPace): Promise<ChannelPace> {
    const [kept, startedAt] = [read.get(pending.delivery.id)!, this.parts.clock.now()];
    const before = { ...pending, attempts: pending.attempts + 1 };
    await this.#note({ kept, before, sent: neverAnswered, startedAt, thread: undefined }, read);
    return pace;
  }

  async #begin(pending: PendingDelivery, along: readonly PendingDelivery[], read: Read): Promise<KeptDelivery> {
    const { state, clock } = this.parts;
    const { id } = pending.delivery;
    const kept = read.get(id)!;
    const now = clock.now();
    const value = begunAttempt(pending, now);
    const changes = [changeOf('delivery', { project: projectOf(pending), id }, kept, value), ...along.map((one) => endOf(one, read))];
    await state.write({ at: now, changes, records: along.map((one) => settledRecord(one, 'together')) });
    this.#forget(along, read, 'together');
    const begun = { version: kept.version + 1, value };
    read.set(id, begun);
    return begun;
  }

  async #note({ kept, before, sent, startedAt, thread }: Attempted, read: Read): Promise<void> {
    const { clock, log, channels, random = Math.random } = this.parts;
    const { delivery } = before;
    const { id, channel } = delivery;
    const now = clock.now();
    const to = channels.get(channel)!.channel;
    // Whoever asked for a test waits for its answer.
    const isTest = delivery.notice.kind === 'test';
    const attempts = isTest ? 1 : patienceOf(to.type).attempts;
    const after = afterAttempt({ pending: before, sent, now, attempts, random: random() });
    const result = after.next === 'again' ? 'later' : after.result;
    const changes: AlertChange[] = [];
    if (after.next === 'again') {
      changes.push(changeOf('delivery', { project: projectOf(before), id }, kept, after.pending));
      log.warn({ channel, reason: reasonOf(sent), pauseMs: after.pending.dueAt - now }, 'alerts: a notice is tried again');
    } else {
      changes.push(changeOf('delivery', { project: projectOf(before), id, ended: true }, kept, before));
      if (sent.result === 'delivered') changes.push(...threadChange(delivery, sent, thread), ...endOfTest(to, before, now));
      if (after.fallBack && !isTest) changes.push(...(await this.#fallBack(before, sent, now)));
    }
    await this.#write({ at: now, changes, records: [attemptRecord(before, sent, { startedAt, now, result })] }, channel, sent);
    if (after.next === 'again') read.set(id, { version: kept.version + 1, value: after.pending });
    else read.delete(id);
    if (after.next === 'end') await this.#count(before, after.result, now);
  }

  async #write(write: Parameters<DelivererParts['state']['write']>[0], channel: string, { result }: Sent): Promise<void> {
    try {
      await this.parts.state.write(write);
    } catch (error) {
      // Somebody else sent it too.
      if (error instanceof AlertConflict && result === 'delivered') this.parts.duplicates.inc({ channel });
      throw error;
    }
  }

  /** Told where the configuration says, unless that channel is told of the incident anyway. */
  async #fallBack({ delivery }: PendingDelivery, sent: Sent, now: number): Promise<AlertChange[]> {
    const { state, channels, log } = this.parts;
    const { notice, channel } = delivery;
    const trouble =
      sent.result === 'unknown' ? 'alerts: it is not known whether a channel was told' : 'alerts: a channel could not be told';
    log.error({ channel, reason: reasonOf(sent), incident: notice.incident.id, kind: notice.kind }, trouble);
    const fallback = channels.get(channel)!.fallback.filter((one) => channels.has(one));
    if (fallback.length === 0 || !urgent.has(notice.kind)) return [];
    const missing = await joinChannels(state, notice.incident.id, fallback, now);
    const pending = await recall(state, 'delivery');
    return missing
      .filter((other) => !pending.has(deliveryId(notice.incident.id, other, delivery.seq)))
      .map((other) => insteadOf(delivery, other, { failed: channel, now }));
  }

  async #count({ delivery, createdAt, digest, dueAt }: PendingDelivery, result: string, now: number): Promise<void> {
    const { channel, notice } = delivery;
    this.parts.notices.inc({ channel, result });
    if (result !== 'delivered') return;
    this.parts.delay.observe({ channel }, (now - (digest ? Math.min(dueAt, now) : createdAt)) / 1_000);
    const { type } = this.parts.channels.get(channel)!.channel;
    if (type !== 'log' && notice.severity === 'critical' && urgent.has(notice.kind)) await this.parts.alarms.heard(notice.incident.id, now);
  }

  #forget(settled: readonly PendingDelivery[], read: Read, result: 'superseded' | 'together'): void {
    for (const { delivery } of settled) {
      read.delete(delivery.id);
      this.parts.notices.inc({ channel: delivery.channel, result });
    }
  }
}

interface Attempted {
  readonly kept: KeptDelivery;
  /** As it was, but that this attempt is counted. */
  readonly before: PendingDelivery;
  readonly sent: Sent;
  readonly startedAt: number;
  readonly thread: Kept<Remembered['thread']> | undefined;
}

const projectOf = ({ delivery }: PendingDelivery) => delivery.notice.project;
const threadId = ({ channel, notice }: Delivery) => `${notice.incident.id}.${channel}`;
const reasonOf = (sent: Sent) => ('reason' in sent ? sent.reason : '');

function endOf(pending: PendingDelivery, read: Read): AlertChange {
  const kept = read.get(pending.delivery.id)!;
  return changeOf('delivery', { project: projectOf(pending), id: pending.delivery.id, ended: true }, kept, kept.value);
}

function threadChange(delivery: Delivery, { ref }: Extract<Sent, { result: 'delivered' }>, thread: Attempted['thread']): AlertChange[] {
  if (ref === undefined || ref === thread?.value.ref) return [];
  const { project } = delivery.notice;
  return [changeOf('thread', { project, id: threadId(delivery) }, thread, { project, ref })];
}
