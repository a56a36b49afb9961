import { AlertConflict } from '#platform';
import { type Kept, type PendingDelivery, recall } from '../alert-book.ts';
import { type ChannelPace, freshPace } from './channel-pace.ts';
import type { DelivererParts } from './deliverer-parts.ts';
import { nextDelivery } from './next-delivery.ts';
import { SendOne } from './send-one.ts';

/** Somebody else may have written a notice: another process evaluates too. */
const lookAgainMs = 1_000;
const alarmsEveryMs = 5_000;
/** An attempt that is under way when the process is to end may end first: a repeat of it is a second message where a provider knows no keys. */
const lastAnswerMs = 5_000;

type KeptDelivery = Kept<PendingDelivery>;

/**
 * Brings notices to their channels: at least once, in the order of their incident, each channel on its own. Before a notice is sent it is
 * noted that it may have been, so that a crash over it is known afterwards.
 */
export class Deliverer {
  readonly #stopping = new AbortController();
  readonly #sending = new AbortController();
  readonly #paces = new Map<string, ChannelPace>();
  readonly #sender: SendOne;
  #wake = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(private readonly parts: DelivererParts) {
    this.#sender = new SendOne(parts, this.#sending.signal);
  }

  start(): void {
    this.#running = Promise.all([...[...this.parts.channels.keys()].map((id) => this.#serve(id)), this.#watchAlarms()]);
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

  /** Sends what is due, for as long as what was read is fresh. When to look again; null: when somebody says so. */
  async #serveOnce(id: string): Promise<number | null> {
    const { state, clock, lease } = this.parts;
    if (!lease.held) return null;
    const all = await recall(state, 'delivery');
    const [readAt, wake] = [clock.now(), this.#wake.signal];
    this.#noteOldest(all, readAt);
    const mine = new Map([...all].filter(([, { value }]) => value.delivery.channel === id));
    while (lease.held && !wake.aborted && !this.#stopping.signal.aborted && clock.now() - readAt < lookAgainMs) {
      const next = nextDelivery(
        [...mine.values()].map(({ value }) => value),
        clock.now(),
      );
      const pace = this.#paces.get(id) ?? freshPace;
      const waits = pace.notBefore > clock.now();
      if (next.superseded.length > 0) await this.#sender.settle(next.superseded, mine);
      if (!next.send) return next.wakeAt;
      if (waits) return pace.notBefore;
      this.#paces.set(id, await this.#sender.send(next.send, next.along, mine, pace));
      await this.#sayChange(id, pace, this.#paces.get(id)!);
    }
    return clock.now();
  }

  /** After a restart nobody knows what was said: the first time it is said that all is well. */
  async #sayChange(id: string, { down: before }: ChannelPace, { down }: ChannelPace): Promise<void> {
    if (down === undefined || ((before === null) === (down === null) && before !== undefined)) return;
    await this.parts.onChannel(id, down).catch((error: Error) => {
      this.parts.log.error({ err: error, channel: id }, 'alerts: that a channel is dead, or well again, could not be told');
    });
  }

  async #watchAlarms(): Promise<void> {
    const { clock, log, lease, alarms } = this.parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const asked = await (lease.held ? alarms.look(clock.now()) : Promise.resolve(false)).catch((error: Error) => {
        if (!signal.aborted) log.error({ err: error }, 'alerts: it is not known whether somebody was told');
        return false;
      });
      if (asked) this.wake();
      await clock.sleep(alarmsEveryMs, signal);
    }
  }

  #noteOldest(all: ReadonlyMap<string, KeptDelivery>, now: number): void {
    const due = [...all.values()].map(({ value }) => (value.digest ? value.dueAt : value.createdAt)).filter((since) => since < now);
    this.parts.oldest.set(due.length === 0 ? 0 : (now - due.reduce((one, other) => Math.min(one, other))) / 1_000);
  }
}
