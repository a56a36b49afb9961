import type { Logger } from 'pino';
import type { HouseTrouble } from '#contracts';
import type { Clock, EventStream, Warehouse } from '#platform';
import { askPipeline } from './evaluation/ask-pipeline.ts';
import type { RuleWatch } from './evaluation/rule-watch.ts';
import { behindMs, evalEndOf, watermarkOf } from './evaluation/watermark.ts';
import type { Beat } from './self/heartbeat.ts';
import type { Lease } from './self/lease.ts';
import type { AlertMetrics } from './self/metrics.ts';

export interface AlertingParts {
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Logger;
  readonly watch: RuleWatch;
  readonly metrics: AlertMetrics;
  readonly lease: Pick<Lease, 'held'>;
  /** Trouble of the house itself, or its end; told or not, it must not stop the looks. */
  readonly tellTrouble: (trouble: HouseTrouble, headline: string | null, now: number) => Promise<void>;
  /** Notices may wait. */
  readonly onDecided: () => void;
  readonly heartbeat?: Beat | undefined;
}

/** A full minute is judged at most so much later than it could be. */
const lookMs = 5_000;
/** Reminders and the ends of silences, where nothing is judged. */
const tendMs = 60_000;
/** People are told where rules could not be judged for so long. */
const failingMs = 2 * 60_000;
/** No look ended well for so long: the health check says it. */
const deadMs = 3 * 60_000;

/** Looks every few seconds how far the warehouse is, and has every full minute judged as soon as all of it is there. One of several alerters does. */
export class Alerting {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #judged = 0;
  #tended = 0;
  #failingSince: number | null = null;
  #lastLookAt: number;
  readonly #told = new Map<HouseTrouble, boolean>();

  constructor(private readonly parts: AlertingParts) {
    this.#lastLookAt = parts.clock.now();
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the look in hand; nothing of it is decided then, or all. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the alerter stops'));
    await this.#running;
  }

  /** Throws where no look has ended well for three minutes: nobody would be woken. */
  check(): void {
    const silentS = Math.round((this.parts.clock.now() - this.#lastLookAt) / 1_000);
    if (silentS * 1_000 > deadMs) throw new Error(`rules could not be judged for ${silentS} s`);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#look(signal).catch((error: Error) => {
        if (!signal.aborted) log.error({ err: error }, 'alerts: a look failed, the next one makes up for it');
      });
      await clock.sleep(lookMs - (clock.now() % lookMs), signal);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock, metrics, lease, heartbeat } = this.parts;
    if (!lease.held) {
      // Another alerter works: this one is as healthy as it can be.
      this.#lastLookAt = clock.now();
      return;
    }
    const now = clock.now();
    const evalEnd = await this.#evalEnd(now, signal);
    if (evalEnd > this.#judged || now - this.#tended >= tendMs) {
      const failed = await this.parts.watch.judge(Math.max(evalEnd, this.#judged), now, signal);
      metrics.judged(failed.length);
      await this.#noteFailures(failed.length > 0, now);
      if (failed.length === 0) this.#judged = Math.max(evalEnd, this.#judged);
      this.#tended = now;
      this.parts.onDecided();
    }
    this.#lastLookAt = clock.now();
    await heartbeat?.(this.#lastLookAt);
  }

  /** Up to where it can be judged; 0 where that is not known. */
  async #evalEnd(now: number, signal: AbortSignal): Promise<number> {
    const { stream, warehouse, metrics, log } = this.parts;
    if (evalEndOf(now, now) <= this.#judged) return this.#judged;
    try {
      const watermark = watermarkOf(await askPipeline(stream, warehouse, now, signal));
      metrics.behind((now - watermark) / 1_000, watermark > 0);
      const late = now - watermark > behindMs;
      await this.#tell('pipeline', late ? headlineOf(watermark, now) : null, now);
      return late ? this.#judged : evalEndOf(now, watermark);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error }, 'alerts: it is not known how far the warehouse is');
      await this.#noteFailures(true, now);
      return this.#judged;
    }
  }

  async #noteFailures(failed: boolean, now: number): Promise<void> {
    this.#failingSince = failed ? (this.#failingSince ?? now) : null;
    if (this.#failingSince === null) await this.#tell('warehouse', null, now);
    else if (now - this.#failingSince >= failingMs) {
      const minutes = Math.round((now - this.#failingSince) / 60_000);
      await this.#tell('warehouse', `Rules could not be judged for ${minutes} minutes`, now);
    }
  }

  /** Whether it was told before a restart this process does not know: the first time it says what is true. */
  async #tell(trouble: HouseTrouble, headline: string | null, now: number): Promise<void> {
    const lasts = headline !== null;
    if (this.#told.get(trouble) === lasts) return;
    try {
      await this.parts.tellTrouble(trouble, headline, now);
      this.#told.set(trouble, lasts);
    } catch (error) {
      this.parts.log.error({ err: error, trouble, headline }, 'alerts: trouble of the house could not be told');
    }
  }
}

function headlineOf(watermark: number, now: number): string {
  if (watermark === 0) return 'Nothing that came in the last minutes is stored yet';
  return `What is stored is ${Math.round((now - watermark) / 60_000)} minutes behind`;
}
