import type { Logger } from 'pino';
import type { Counter, Histogram } from 'prom-client';
import { type AlertChange, AlertConflict, type AlertRecord, type AlertState, type Clock } from '#platform';
import { changeOf, type Kept, type PendingDelivery, recall, recallOne } from '../alert-book.ts';
import type { Channel, Sent } from '../channels/channel.ts';
import type { Chart } from '../chart/chart.ts';
import { patientChart } from '../chart/patient-chart.ts';
import type { Notice } from '../notices/notice.ts';
import type { Lease } from '../self/lease.ts';
import { endOfTest } from './end-of-test.ts';
import { nextDelivery } from './next-delivery.ts';
import { patienceOf, pauseAfter } from './patience.ts';

export interface DeliveryChannel {
  readonly channel: Channel;
  readonly fallback: readonly string[];
  /** Notices a minute; absent: what the provider takes. */
  readonly ratePerMinute?: number | undefined;
}

export interface DelivererParts {
  readonly state: AlertState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly channels: ReadonlyMap<string, DeliveryChannel>;
  /** Two who send the same notice at the same time would double it. */
  readonly lease: Pick<Lease, 'held'>;
  /** Labels `channel` and `result`. */
  readonly notices: Counter;
  /** Seconds from the moment a notice came up to the moment its channel took it; label `channel`. */
  readonly delay: Histogram;
  readonly random?: () => number;
  /** Absent: notices have no charts. */
  readonly chartOf?: (notice: Notice, signal: AbortSignal) => Promise<Chart | null>;
}

/** Somebody else may have written a notice: another process evaluates too. */
const lookAgainMs = 1_000;
/** So many failures in a row and a channel is tried every five minutes only. */
export const breakerFailures = 5;
export const probeMs = 5 * 60_000;
/** An attempt that is under way when the process is to end may end first: a repeat of it is a second message where a provider knows no keys. */
const lastAnswerMs = 5_000;

interface ChannelPace {
  /** Milliseconds since 1970. */
  notBefore: number;
  failures: number;
}

type KeptDelivery = Kept<PendingDelivery>;

/**
 * Brings notices to their channels: at least once, in the order of their incident, each channel on its own. Before a notice is sent it is
 * noted that it may have been, so that a crash over it is known afterwards.
 */
export class Deliverer {
  readonly #stopping = new AbortController();
  readonly #sending = new AbortController();
  readonly #paces = new Map<string, ChannelPace>();
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(private readonly parts: DelivererParts) {}

  start(): void {
    this.#running = Promise.all([...this.parts.channels.keys()].map((id) => this.#serve(id))).then(() => undefined);
  }

  /** There may be something new. */
  wake(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  async stop(): Promise<void> {
    const reason = new Error('the alerter stops');
    this.#stopping.abort(reason);
    this.wake();
    const answered = new AbortController();
    const giveUp = this.parts.clock.sleep(lastAnswerMs, answered.signal).then(() => this.#sending.abort(reason));
    await this.#running;
    answered.abort();
    await giveUp;
    await Promise.all([...this.parts.channels.values()].map(({ channel }) => channel.close?.()));
  }

  async #serve(id: string): Promise<void> {
    const { clock, log } = this.parts;
    while (!this.#stopping.signal.aborted) {
      const wake = this.#wake.signal;
      const wakeAt = await this.#serveOnce(id).catch((error: Error) => {
        if (!this.#stopping.signal.aborted && !(error instanceof AlertConflict))
          log.error({ err: error, channel: id }, 'alerts: notices cannot be read or noted');
        return null;
      });
      const pause = Math.min(lookAgainMs, wakeAt === null ? lookAgainMs : wakeAt - clock.now());
      if (pause > 0) await clock.sleep(pause, AbortSignal.any([wake, this.#stopping.signal]));
    }
  }

  /** When to look again; null: when somebody says so. */
  async #serveOnce(id: string): Promise<number | null> {
    const { state, clock, lease } = this.parts;
    if (!lease.held) return null;
    const all = await recall(state, 'delivery');
    const mine = new Map([...all].filter(([, { value }]) => value.delivery.channel === id));
    const now = clock.now();
    const { superseded, send, wakeAt } = nextDelivery(
      [...mine.values()].map(({ value }) => value),
      now,
    );
    if (superseded.length > 0) await this.#settle(superseded.map((one) => [one, mine.get(one.delivery.id)!, 'superseded'] as const));
    if (!send) return wakeAt;
    const pace = this.#paceOf(id);
    if (pace.notBefore > now) return pace.notBefore;
    await this.#send(id, mine.get(send.delivery.id)!);
    return clock.now();
  }

  async #send(id: string, kept: KeptDelivery): Promise<void> {
    const { state, clock, log, chartOf } = this.parts;
    const { channel } = this.parts.channels.get(id)!;
    const { value } = kept;
    const { delivery, possiblySent } = value;
    const { project } = delivery.notice;
    const begun: PendingDelivery = { ...value, attempts: value.attempts + 1, possiblySent: true };
    await state.write({ at: clock.now(), changes: [changeOf('delivery', { project, id: delivery.id }, kept, begun)] });
    const thread = await recallOne(state, 'thread', threadId(delivery));
    const startedAt = clock.now();
    const { signal } = this.#sending;
    const chart = chartOf && patientChart((aborting) => chartOf(delivery.notice, aborting), { signal, log });
    const context = { signal, now: startedAt, ref: thread?.value.ref ?? null, possiblySent, ...(chart && { chart }) };
    const sent = await channel.send(delivery, context);
    await this.#note({ id, kept: { version: kept.version + 1, value: begun }, sent, startedAt, thread, knewBefore: possiblySent });
  }

  async #note({ id, kept, sent, startedAt, thread, knewBefore }: Attempted): Promise<void> {
    const { state, clock, log, channels } = this.parts;
    const { value } = kept;
    const { delivery, attempts } = value;
    const { project } = delivery.notice;
    const { channel, ratePerMinute } = channels.get(id)!;
    const patience = patienceOf(channel.type);
    const now = clock.now();
    const pace = this.#paceOf(id);
    pace.notBefore = Math.max(pace.notBefore, now + 60_000 / (ratePerMinute ?? patience.ratePerMinute));
    pace.failures = sent.result === 'later' || sent.result === 'unknown' ? pace.failures + 1 : 0;
    if (sent.result === 'unknown' && pace.failures >= breakerFailures) pace.notBefore = Math.max(pace.notBefore, now + probeMs);
    const isTest = delivery.notice.kind === 'test';
    const isLast = sent.result === 'later' && (isTest || attempts >= patience.attempts);
    const record = attemptRecord(value, sent, { startedAt, now, isLast });
    const changes: AlertChange[] = [];
    if (sent.result === 'later' && !isLast) {
      const dueAt = now + Math.max(pauseAfter(attempts, sent.retryAfterMs, (this.parts.random ?? Math.random)()));
      if (sent.retryAfterMs !== null) pace.notBefore = Math.max(pace.notBefore, now + sent.retryAfterMs);
      else if (pace.failures >= breakerFailures) pace.notBefore = Math.max(pace.notBefore, now + probeMs);
      const possiblySent = knewBefore || sent.ambiguous;
      changes.push(changeOf('delivery', { project, id: delivery.id }, kept, { ...value, dueAt, possiblySent }));
      log.warn({ channel: id, reason: sent.reason, pauseMs: dueAt - now }, 'alerts: a notice is tried again');
    } else {
      changes.push(changeOf('delivery', { project, id: delivery.id, ended: true }, kept, value));
      if (sent.result === 'delivered') changes.push(...threadChange(delivery, sent, thread), ...endOfTest(channel, value, now));
      else if (!isTest) changes.push(...(await this.#fallBack(id, value, sent, now)));
    }
    await state.write({ at: now, changes, records: [record] });
    this.#count(id, value, sent, isLast, now);
  }

  /** Told where the configuration says, unless that channel is told of the incident anyway. */
  async #fallBack(id: string, { delivery, insteadOf }: PendingDelivery, sent: Sent, now: number): Promise<AlertChange[]> {
    const { state, channels, log } = this.parts;
    const { notice, seq } = delivery;
    const reason = 'reason' in sent ? sent.reason : '';
    const trouble =
      sent.result === 'unknown' ? 'alerts: it is not known whether a channel was told' : 'alerts: a channel could not be told';
    log.error({ channel: id, reason, incident: notice.incident.id, kind: notice.kind }, trouble);
    const incident = await recallOne(state, 'incident', notice.incident.id);
    const told = new Set([...(incident?.value.channels ?? []), id, insteadOf]);
    const pending = await recall(state, 'delivery');
    return channels
      .get(id)!
      .fallback.filter((channel) => channels.has(channel) && !told.has(channel))
      .map((channel) => ({ channel, newId: `${notice.incident.id}.${channel}.${seq}` }))
      .filter(({ newId }) => !pending.has(newId))
      .map(({ channel, newId }) => {
        const instead: PendingDelivery = {
          ...{ delivery: { ...delivery, id: newId, channel }, createdAt: now, dueAt: now, attempts: 0, possiblySent: false },
          insteadOf: id,
        };
        return changeOf('delivery', { project: notice.project, id: newId }, undefined, instead);
      });
  }

  async #settle(settled: readonly (readonly [PendingDelivery, KeptDelivery, 'superseded'])[]): Promise<void> {
    const { state, clock, notices } = this.parts;
    const now = clock.now();
    const changes = settled.map(([{ delivery }, kept]) =>
      changeOf('delivery', { project: delivery.notice.project, id: delivery.id, ended: true }, kept, kept.value),
    );
    const records = settled.map(([{ delivery, attempts }, , result]): AlertRecord => {
      const { channel, notice, seq } = delivery;
      const body = { incident: notice.incident.id, channel, kind: notice.kind, seq, attempt: attempts, result };
      return { project: notice.project, kind: 'attempt', id: `${delivery.id}:${result}`, body: JSON.stringify(body) };
    });
    await state.write({ at: now, changes, records });
    for (const [{ delivery }, , result] of settled) notices.inc({ channel: delivery.channel, result });
  }

  #count(id: string, { createdAt }: PendingDelivery, { result }: Sent, isLast: boolean, now: number): void {
    if (result === 'later' && !isLast) return;
    this.parts.notices.inc({ channel: id, result: result === 'later' ? 'given_up' : result });
    if (result === 'delivered') this.parts.delay.observe({ channel: id }, (now - createdAt) / 1_000);
  }

  #paceOf(id: string): ChannelPace {
    const known = this.#paces.get(id);
    if (known) return known;
    const pace = { notBefore: 0, failures: 0 };
    this.#paces.set(id, pace);
    return pace;
  }
}

interface Attempted {
  readonly id: string;
  readonly kept: KeptDelivery;
  readonly sent: Sent;
  readonly startedAt: number;
  readonly thread: Kept<{ readonly project: string; readonly ref: string }> | undefined;
  /** Before this attempt. */
  readonly knewBefore: boolean;
}

const threadId = ({ channel, notice }: PendingDelivery['delivery']) => `${notice.incident.id}.${channel}`;

function threadChange(
  delivery: PendingDelivery['delivery'],
  { ref }: Extract<Sent, { result: 'delivered' }>,
  thread: Attempted['thread'],
): AlertChange[] {
  if (ref === undefined || ref === thread?.value.ref) return [];
  const { project } = delivery.notice;
  return [changeOf('thread', { project, id: threadId(delivery) }, thread, { project, ref })];
}

function attemptRecord(
  { delivery, attempts, insteadOf }: PendingDelivery,
  sent: Sent,
  { startedAt, now, isLast }: { readonly startedAt: number; readonly now: number; readonly isLast: boolean },
): AlertRecord {
  const { channel, notice, seq, id } = delivery;
  const { result, status } = sent;
  const body = {
    ...{ incident: notice.incident.id, channel, kind: notice.kind, seq, attempt: attempts, status, tookMs: now - startedAt },
    result: isLast ? 'given_up' : result,
    ...(sent.result === 'delivered' ? { answer: sent.answer.slice(0, 1_000), ref: sent.ref } : { reason: sent.reason.slice(0, 1_000) }),
    ...(insteadOf !== undefined && { insteadOf }),
  };
  return { project: notice.project, kind: 'attempt', id: `${id}:${attempts}`, body: JSON.stringify(body) };
}
