import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Clock } from '../../clock/clock.ts';
import { RedisLink } from '../../redis/redis-link.ts';
import { TroubleTeller } from '../../redis/trouble-teller.ts';
import type { JobObserver } from '../job-event.ts';
import { type FailedJob, type JobDefinition, JobQueue, JobRefused, type Schedule } from '../job-queue.ts';
import { payloadText } from '../payload-text.ts';
import { BullWorkplace } from './bull-workplace.ts';
import { SlotCursors } from './slot-cursor.ts';
import { SlotMaker } from './slot-maker.ts';
import { bullId, bullName, idOf, type StoredJob, storedOptions } from './stored-job.ts';

export interface BullJobQueueOptions {
  readonly redisUrl: string;
  /** Certificates to trust where the address begins with rediss://, PEM. */
  readonly ca?: string | Buffer;
  readonly clock: Clock;
  /** Of every key in Redis: houses that share one differ in it. */
  readonly prefix?: string;
  /** Jobs of one name that are not finished; above it `add` refuses and schedules wait. Adders at one moment may pass it together. */
  readonly maxUnfinished?: number;
  /** How long the id of a finished job is known. At least the longest `catchUpMs`. */
  readonly rememberMs?: number;
  /** A job whose process died runs again within this and twice `stalledCheckMs`. */
  readonly lockMs?: number;
  readonly stalledCheckMs?: number;
  /** Another process makes the slots' jobs when the one that did so was silent for this long. */
  readonly leaseMs?: number;
  readonly openWithinMs?: number;
  /** How long `stop` waits for Redis after the last handler has ended. */
  readonly closeWithinMs?: number;
  readonly onEvent?: JobObserver;
}

const defaults = {
  prefix: 'beaconhouse',
  maxUnfinished: 10_000,
  rememberMs: 7 * 86_400_000,
  lockMs: 20_000,
  stalledCheckMs: 5_000,
  leaseMs: 5_000,
  openWithinMs: 10_000,
  closeWithinMs: 5_000,
  onEvent: () => {},
};

type Options = Omit<Required<BullJobQueueOptions>, 'ca'>;

/**
 * Jobs shared by all processes on one Redis, run by BullMQ. `stop` is final: it ends the connections, and another
 * queue is opened for the next start.
 */
export class BullJobQueue extends JobQueue {
  readonly #options: Options;
  readonly #link: RedisLink;
  readonly #trouble: TroubleTeller;
  readonly #queues = new Map<string, Queue<StoredJob>>();
  readonly #definitions = new Map<string, JobDefinition>();
  readonly #workplaces: BullWorkplace[] = [];
  readonly #slots: SlotMaker;
  readonly #stop = new AbortController();
  #started = false;
  #stopped: Promise<void> | undefined;

  private constructor(options: Options, link: RedisLink, trouble: TroubleTeller) {
    super();
    const { prefix, clock, leaseMs, onEvent } = options;
    this.#options = options;
    this.#link = link;
    this.#trouble = trouble;
    this.#slots = new SlotMaker({
      ...{ clock, leaseMs, onEvent, onTrouble: trouble.tell },
      cursors: new SlotCursors(link.asking, prefix, randomUUID(), leaseMs),
      room: (name) => this.#room(name),
      make: (name, slots) => this.#addSlots(name, slots),
    });
  }

  /** Refuses a Redis that cannot be reached, is too old or may evict jobs. */
  static async open(options: BullJobQueueOptions): Promise<BullJobQueue> {
    const { ca, ...complete } = { ...defaults, ...options };
    const { redisUrl, openWithinMs, clock, onEvent } = complete;
    const trouble = new TroubleTeller(clock, (error) => onEvent({ type: 'journal-trouble', error }));
    const link = await RedisLink.open({ redisUrl, ...(ca !== undefined && { ca }), openWithinMs, onTrouble: trouble.tell });
    return new BullJobQueue(complete, link, trouble);
  }

  define(definition: JobDefinition): void {
    if (this.#definitions.has(definition.name)) throw new Error(`job ${definition.name} is already defined`);
    this.#definitions.set(definition.name, definition);
    if (this.#started) this.#work(definition);
  }

  async schedule(schedule: Schedule): Promise<void> {
    await this.#slots.add(schedule);
  }

  async add(name: string, id: string, payload: unknown, priority = 0): Promise<'added' | 'known'> {
    const job = { by: randomUUID(), payload: JSON.parse(payloadText(name, payload)) };
    const queue = this.#queue(name);
    if ((await this.#room(name)) <= 0) return this.#knownOrFull(queue, id);
    const now = this.#options.clock.now();
    await queue.add(name, { ...job, slot: now, due: now }, { ...storedOptions(id, now), priority });
    const stored = await this.#link.asking.hget(queue.toKey(bullId(id)), 'data');
    return stored !== null && JSON.parse(stored).by === job.by ? 'added' : 'known';
  }

  async failed(name: string): Promise<readonly FailedJob[]> {
    const jobs = await this.#queue(name).getFailed();
    return jobs.map(({ id, data, attemptsMade, failedReason, finishedOn }) => {
      const { slot, payload } = data;
      return { id: idOf(id!), slot, payload, attempts: attemptsMade, error: failedReason, failedAt: finishedOn ?? 0 };
    });
  }

  async start(): Promise<void> {
    if (this.#stop.signal.aborted) throw new Error('the job queue has been stopped; open another one');
    if (this.#started) throw new Error('the job queue has been started');
    this.#started = true;
    for (const definition of this.#definitions.values()) this.#work(definition);
    this.#slots.start(this.#stop.signal);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown();
    return this.#stopped;
  }

  async #shutDown(): Promise<void> {
    this.#stop.abort(new Error('the job queue is stopping'));
    const closed = await Promise.all(this.#workplaces.map((workplace) => workplace.close()));
    const graceful = (async () => {
      await Promise.all([this.#slots.stopped(), ...closed.map(({ stored }) => stored)]);
      await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
      await this.#link.close();
    })().catch(this.#trouble.tell);
    const enough = new AbortController();
    await Promise.race([graceful, this.#options.clock.sleep(this.#options.closeWithinMs, enough.signal)]);
    enough.abort();
    this.#trouble.end();
    this.#link.end();
  }

  #work(definition: JobDefinition): void {
    const { prefix, clock, lockMs, stalledCheckMs, rememberMs, onEvent } = this.#options;
    const options = {
      prefix,
      clock,
      lockMs,
      stalledCheckMs,
      rememberMs,
      onEvent,
      redis: this.#link.working,
      onTrouble: this.#trouble.tell,
    };
    this.#workplaces.push(new BullWorkplace(definition, options, this.#stop.signal));
  }

  #queue(name: string): Queue<StoredJob> {
    const known = this.#queues.get(name);
    if (known) return known;
    // Nobody reads BullMQ's stream of events here.
    const streams = { events: { maxLen: 100 } };
    const queue = new Queue<StoredJob>(bullName(name), { connection: this.#link.asking, prefix: this.#options.prefix, streams });
    queue.on('error', this.#trouble.tell);
    this.#queues.set(name, queue);
    return queue;
  }

  async #room(name: string): Promise<number> {
    return this.#options.maxUnfinished - (await this.#queue(name).getJobCountByTypes('wait', 'prioritized', 'delayed', 'active'));
  }

  async #knownOrFull(queue: Queue<StoredJob>, id: string): Promise<'known'> {
    if (await this.#link.asking.exists(queue.toKey(bullId(id)))) return 'known';
    const { maxUnfinished } = this.#options;
    throw new JobRefused(`the job queue has ${maxUnfinished} unfinished jobs of this name, which is its limit`, 'full', maxUnfinished);
  }

  async #addSlots(name: string, slots: readonly number[]): Promise<void> {
    const now = this.#options.clock.now();
    const jobs = slots.map((slot) => {
      const data = { by: 'schedule', slot, due: slot, payload: null };
      return { name, data, opts: storedOptions(new Date(slot).toISOString(), now) };
    });
    await this.#queue(name).addBulk(jobs);
  }
}
