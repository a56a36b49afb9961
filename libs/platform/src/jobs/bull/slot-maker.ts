import type { Clock } from '../../clock/clock.ts';
import { dueSlots, nextSlot } from '../due.ts';
import type { JobObserver } from '../job-event.ts';
import type { Schedule } from '../job-queue.ts';
import type { HeldCursor, SlotCursors } from './slot-cursor.ts';

interface SlotMakerOptions {
  readonly cursors: SlotCursors;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** How many more jobs of this name may wait. */
  readonly room: (name: string) => Promise<number>;
  /** Adds the slots' jobs in this order; one that is known is left alone. */
  readonly make: (name: string, slots: readonly number[]) => Promise<void>;
  readonly onEvent: JobObserver;
  readonly onTrouble: (error: unknown) => void;
}

/** A long time missed is caught up in pieces of this many slots. */
const mostAtOnce = 100;
const pauseAfterTroubleMs = 1_000;

/**
 * Makes the jobs of the schedules' slots.
 *
 * BullMQ's own job schedulers make the next job when the last one begins and skip the slots that passed meanwhile (its
 * getJobSchedulerEveryNextMillis), so the cursor is ours. Jobs are added first and the cursor moves behind them: who
 * dies between the two has its slots added again by the next holder, under ids that are known by then.
 */
export class SlotMaker {
  readonly #options: SlotMakerOptions;
  readonly #schedules = new Map<string, Schedule>();
  #wake = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: SlotMakerOptions) {
    this.#options = options;
  }

  async add(schedule: Schedule): Promise<void> {
    await this.#options.cursors.begin(schedule, this.#options.clock.now());
    this.#schedules.set(schedule.name, schedule);
    this.#wake.abort();
  }

  start(stop: AbortSignal): void {
    stop.addEventListener('abort', () => this.#wake.abort());
    this.#loop = this.#run(stop);
  }

  /** Resolves when nothing is made any more and others may go on at once. */
  async stopped(): Promise<void> {
    if (!this.#loop) return;
    await this.#loop;
    const { cursors, onTrouble } = this.#options;
    await Promise.all([...this.#schedules.values()].map((schedule) => cursors.release(schedule).catch(onTrouble)));
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!stop.aborted) {
      this.#wake = new AbortController();
      const moments: number[] = [];
      for (const schedule of this.#schedules.values()) moments.push(await this.#visit(schedule));
      if (!stop.aborted) await clock.sleep(Math.min(...moments, this.#renewal) - clock.now(), this.#wake.signal);
    }
  }

  get #renewal(): number {
    return this.#options.clock.now() + this.#options.leaseMs / 3;
  }

  /** Resolves with the moment of the next visit. */
  async #visit(schedule: Schedule): Promise<number> {
    try {
      const held = await this.#options.cursors.hold(schedule);
      return held ? await this.#makeDue(schedule, held) : this.#renewal;
    } catch (error) {
      this.#options.onTrouble(error);
      return this.#options.clock.now() + pauseAfterTroubleMs;
    }
  }

  async #makeDue(schedule: Schedule, held: HeldCursor): Promise<number> {
    const { cursors, clock, room, make, onEvent } = this.#options;
    const now = clock.now();
    const next = nextSlot(schedule, held.at);
    if (next > now) return next;
    const limit = Math.min(mostAtOnce, await room(schedule.name));
    if (limit <= 0) return now + pauseAfterTroubleMs;
    const due = dueSlots(schedule, held.at, now, limit);
    await make(schedule.name, due.slots);
    const advanced = await cursors.advance(schedule, held, due.cursor);
    if (advanced && due.expired > 0) onEvent({ type: 'expired', name: schedule.name, slots: due.expired });
    return nextSlot(schedule, due.cursor);
  }
}
