import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { NativeRedis, type NativeRedisOptions } from '../../../../../infra/native/native-redis.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { Cable } from '../../redis/cable.ts';
import type { JobEvent } from '../job-event.ts';
import { job, jobQueueContract, RunRecorder, until, untilAborted } from '../job-queue.contract.ts';
import type { JobQueue } from '../job-queue.ts';
import { BullJobQueue, type BullJobQueueOptions } from './bull-job-queue.ts';
import { SlotCursors } from './slot-cursor.ts';

let dir: string;
let redis: NativeRedis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bull-'));
  // A killed Redis has every write it answered.
  redis = await NativeRedis.start({ dir, more: ['--appendfsync', 'always'] });
});
afterAll(async () => {
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

const quick = { lockMs: 400, stalledCheckMs: 50, leaseMs: 300, closeWithinMs: 300, openWithinMs: 5_000 };
const portOf = (url: string) => Number(new URL(url).port);

jobQueueContract('BullJobQueue', async () => {
  const prefix = randomUUID();
  const cables = new Map<JobQueue, Cable>();
  return {
    open: async () => {
      const cable = await Cable.to(portOf(redis.url));
      const queue = await BullJobQueue.open({ redisUrl: cable.url, prefix, clock: new SystemClock(), ...quick });
      cables.set(queue, cable);
      return queue;
    },
    crash: async (queue) => cables.get(queue)!.pull(),
    dispose: async () => {
      for (const [queue, cable] of cables) {
        await queue.stop();
        cable.pull();
      }
    },
  };
});

describe('BullJobQueue', () => {
  const often = { name: 'report', everyMs: 50, offsetMs: 15, catchUpMs: 3_600_000 } as const;
  let prefix: string;
  let seen: RunRecorder;
  let events: JobEvent[];
  let opened: AsyncDisposableStack;

  beforeEach(() => {
    prefix = randomUUID();
    seen = new RunRecorder();
    events = [];
    opened = new AsyncDisposableStack();
  });
  afterEach(() => opened.disposeAsync());

  async function open(changes: Partial<BullJobQueueOptions> = {}): Promise<BullJobQueue> {
    const told = events;
    const onEvent = (event: JobEvent) => void told.push(event);
    const queue = await BullJobQueue.open({ redisUrl: redis.url, prefix, clock: new SystemClock(), onEvent, ...quick, ...changes });
    opened.defer(() => queue.stop());
    return queue;
  }

  async function redisWith(...more: string[]): Promise<NativeRedis> {
    const other = await NativeRedis.start({ dir: join(dir, randomUUID()), more } satisfies NativeRedisOptions);
    opened.defer(() => other.kill());
    return other;
  }

  async function cabled(): Promise<Cable> {
    const cable = await Cable.to(portOf(redis.url));
    opened.defer(async () => cable.pull());
    return cable;
  }

  const of = <Type extends JobEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<JobEvent, { type: Type }> => event.type === type);
  const slots = () => seen.runs.map(({ slot }) => slot);
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const eachOnceInOrder = (made: readonly number[], everyMs: number) =>
    expect(made).toEqual(Array.from(made, (_, n) => made[0]! + n * everyMs));

  describe('opening', () => {
    it('refuses a Redis that evicts, with the setting and how to change it', async () => {
      const evicting = await redisWith('--maxmemory-policy', 'allkeys-lru');
      await expect(open({ redisUrl: evicting.url })).rejects.toThrow(
        /127\.0\.0\.1:\d+ may evict what it keeps: its maxmemory-policy is allkeys-lru and must be noeviction; .*CONFIG SET maxmemory-policy noeviction/,
      );
    });

    it('learns the eviction policy where CONFIG is forbidden', async () => {
      const hosted = await redisWith('--maxmemory-policy', 'volatile-ttl', '--rename-command', 'CONFIG', '');
      await expect(open({ redisUrl: hosted.url })).rejects.toThrow('its maxmemory-policy is volatile-ttl');
    });

    it('says which Redis refuses a password, and not the password', async () => {
      const locked = await redisWith();
      const admin = new Redis(locked.url);
      await admin.config('SET', 'requirepass', 'right-one');
      admin.disconnect();
      const { port } = new URL(locked.url);
      const refusal = open({ redisUrl: `redis://:wrong-one@127.0.0.1:${port}` });
      await expect(refusal).rejects.toThrow(`Redis at 127.0.0.1:${port} refuses the name or the password`);
      await expect(open({ redisUrl: locked.url })).rejects.toThrow('refuses the name or the password');
      await expect(refusal).rejects.not.toThrow('wrong-one');
      expect(JSON.stringify(events.map((event) => ({ ...event, ...(event as { error?: object }).error })))).not.toContain('wrong-one');
      await open({ redisUrl: `redis://:right-one@127.0.0.1:${port}` });
    });

    it('gives up within its bound where nothing answers, with the place and not the password', async () => {
      const refused = open({ redisUrl: 'redis://:secret@127.0.0.1:1', openWithinMs: 200 });
      await expect(refused).rejects.toThrow(/^Redis at 127\.0\.0\.1:1 cannot be reached within 200 ms: .*ECONNREFUSED/);
      await expect(refused).rejects.not.toThrow('secret');
    });

    it('wants an address of Redis', async () => {
      await expect(open({ redisUrl: 'http://:secret@localhost' })).rejects.toThrow(/^the address of Redis must look like redis:/);
    });
  });

  describe('its bounds', () => {
    it('refuse a payload above 8 KiB of JSON, and nothing of it is kept', async () => {
      const queue = await open();
      const refusal = { name: 'JobRefused', reason: 'payload_too_large', limit: 8_192 };
      await expect(queue.add('report', 'a', 'x'.repeat(8_191))).rejects.toMatchObject(refusal);
      expect(await queue.add('report', 'a', 'x'.repeat(8_190))).toBe('added');
    });

    it('refuse a job above the limit of its name; known ones stay known', async () => {
      const queue = await open({ maxUnfinished: 2 });
      await queue.add('report', 'a', null);
      await queue.add('report', 'b', null);
      await expect(queue.add('report', 'c', null)).rejects.toMatchObject({ name: 'JobRefused', reason: 'full', limit: 2 });
      expect(await queue.add('report', 'b', null)).toBe('known');
      expect(await queue.add('audit', 'c', null)).toBe('added');
      queue.define(job(seen.handler()));
      await queue.start();
      await seen.until(2);
      await until(async () => (await queue.add('report', 'c', null).catch(() => undefined)) === 'added');
    });

    it('hold schedules up; their slots are made when there is room', async () => {
      const queue = await open({ maxUnfinished: 2 });
      await queue.start();
      await queue.schedule(often);
      const client = new Redis(redis.url);
      opened.defer(async () => client.disconnect());
      await until(async () => (await client.llen(`${prefix}:report:wait`)) >= 2);
      await expect(queue.add('report', 'a', null)).rejects.toMatchObject({ reason: 'full' });
      queue.define(job(seen.handler()));
      await seen.until(12);
      eachOnceInOrder(slots(), often.everyMs);
    });
  });

  describe('an id', () => {
    it.each(['7', 'a:b', 'a:b:c', '0:1', 'é / %3A', '@schedule', ''])('may be %j', async (id) => {
      const queue = await open();
      expect(await queue.add('report: daily', id, null)).toBe('added');
      expect(await queue.add('report: daily', id, null)).toBe('known');
      queue.define(job(seen.handler(), { name: 'report: daily' }));
      await queue.start();
      await seen.until(1);
      expect(seen.runs[0]).toMatchObject({ id, name: 'report: daily' });
    });

    it('is added once by many processes at one moment', async () => {
      const queues = await Promise.all([open(), open(), open()]);
      const answers = await Promise.all(queues.flatMap((queue) => [1, 2, 3, 4].map((n) => queue.add('report', 'a', n))));
      expect(answers.filter((answer) => answer === 'added')).toHaveLength(1);
    });
  });

  describe('a handler', () => {
    it('has longer pauses after each failure, and is told late only after them', async () => {
      const queue = await open();
      queue.define(
        job(
          seen.handler(() => Promise.reject(undefined)),
          { backoffMs: 100, maxAttempts: 4 },
        ),
      );
      await queue.start();
      const added = performance.now();
      await queue.add('report', 'a', null);
      await until(() => of('failed').length === 1);
      expect(of('retrying').map(({ pauseMs }) => pauseMs)).toEqual([100, 200, 400]);
      // The pauses are not lateness, however busy the machine is. Whole milliseconds of two clocks may be some apart.
      expect(of('started').at(-1)!.lateMs).toBeLessThan(performance.now() - added - 700 + 10);
      await until(async () => (await queue.failed('report')).length === 1);
    });

    it('that takes longer than its lock is not doubled', async () => {
      for (const queue of [await open({ lockMs: 1_500 }), await open({ lockMs: 1_500 })]) {
        queue.define(job(seen.handler(() => pause(4_000))));
        await queue.start();
        await queue.add('report', 'long', null);
      }
      await until(() => of('succeeded').length === 1);
      expect(seen.ids).toEqual(['long']);
      expect(of('journal-trouble')).toEqual([]);
    });

    it('is told when its job was given to somebody else', async () => {
      const cable = await cabled();
      const cut = await open({ redisUrl: cable.url });
      cut.define(job(seen.handler((_, signal) => untilAborted(signal))));
      await cut.start();
      await cut.add('report', 'a', null);
      await seen.until(1);
      cable.pull();
      const other = await open();
      other.define(job(seen.handler()));
      await other.start();
      await until(() => of('succeeded').length === 1);
      await cable.plug();
      await until(() => of('interrupted').length === 1);
      expect(seen.runs[1]).toEqual(seen.runs[0]);
    });

    it('that takes its process down each time is given up', async () => {
      for (let n = 0; n < 4; n++) {
        const cable = await cabled();
        const queue = await open({ redisUrl: cable.url });
        queue.define(job(seen.handler((_, signal) => untilAborted(signal))));
        await queue.start();
        if (n === 0) await queue.add('report', 'a', null);
        await seen.until(n + 1);
        cable.pull();
      }
      const last = await open();
      last.define(job(seen.handler()));
      await last.start();
      await until(async () => (await last.failed('report')).length === 1);
      expect(seen.runs).toHaveLength(4);
      expect(of('failed')).toMatchObject([{ run: { id: 'a' } }]);
    });

    it('leaves no large payload behind when it is done', async () => {
      const queue = await open();
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.add('report', 'a', 'x'.repeat(5_000));
      const admin = new Redis(redis.url);
      opened.defer(async () => admin.disconnect());
      await seen.until(1);
      await until(async () => ((await admin.hget(`${prefix}:report:ja`, 'data')) ?? '').length < 200);
      expect(await queue.add('report', 'a', null)).toBe('known');
    });
  });

  describe('a Redis that is away', () => {
    it('costs no job when it is killed and comes back, and its schedules go on', async () => {
      const own = await redisWith('--appendfsync', 'always');
      const queue = await open({ redisUrl: own.url });
      queue.define(
        job(
          seen.handler(() => pause(2)),
          { name: 'mail', concurrency: 4 },
        ),
      );
      const slotted = new RunRecorder();
      queue.define(job(slotted.handler()));
      await queue.start();
      await queue.schedule(often);
      const added = Array.from({ length: 200 }, (_, n) => `${n}`);
      const adding = Promise.all(added.map((id) => queue.add('mail', id, null)));
      await seen.until(20);
      await own.kill();
      await pause(500);
      const again = await own.restart();
      opened.defer(() => again.kill());
      await adding;
      const before = slotted.runs.length;
      await until(() => new Set(seen.ids).size === added.length);
      await slotted.until(before + 20);
      const made = [...new Set(slotted.runs.map(({ slot }) => slot))].sort((a, b) => a - b);
      eachOnceInOrder(made, often.everyMs);
      expect(of('journal-trouble').length).toBeGreaterThan(0);
    });

    it('is waited for with the result of a job', async () => {
      const cable = await cabled();
      const gate = new AbortController();
      const queue = await open({ redisUrl: cable.url, lockMs: 30_000 });
      queue.define(job(seen.handler(async () => void (await untilAborted(gate.signal).catch(() => {})))));
      await queue.start();
      await queue.add('report', 'a', null);
      await seen.until(1);
      cable.pull();
      gate.abort();
      await pause(300);
      await cable.plug();
      const admin = new Redis(redis.url);
      opened.defer(async () => admin.disconnect());
      await until(async () => (await admin.zcard(`${prefix}:report:completed`)) === 1);
      expect(seen.ids).toEqual(['a']);
    });

    it.each(['refuse', 'reset'] as const)('does not hold up the end for longer than its bound: connections are %sd', async (then) => {
      const cable = await cabled();
      const queue = await open({ redisUrl: cable.url });
      queue.define(job(seen.handler((_, signal) => untilAborted(signal))));
      await queue.start();
      await queue.schedule(often);
      await seen.until(1);
      cable.pull(then);
      const began = performance.now();
      await queue.stop();
      expect(performance.now() - began).toBeLessThan(20_000);
    });
  });

  describe('a schedule of two processes', () => {
    it('has each slot made once, and run by either', async () => {
      for (const queue of [await open(), await open()]) {
        queue.define(job(seen.handler()));
        await queue.start();
        await queue.schedule(often);
      }
      await seen.until(20);
      eachOnceInOrder(
        [...slots()].sort((a, b) => a - b),
        often.everyMs,
      );
    });

    it('goes on when the one that made the slots dies, with those that were missed', async () => {
      const cable = await cabled();
      const dying = await open({ redisUrl: cable.url, leaseMs: 1_500 });
      await dying.start();
      await dying.schedule(often);
      const other = await open();
      other.define(job(seen.handler()));
      await other.start();
      await other.schedule(often);
      await seen.until(3);
      cable.pull();
      await until(() => of('started').some(({ lateMs }) => lateMs > 500));
      const before = seen.runs.length;
      await seen.until(before + 20);
      eachOnceInOrder(slots(), often.everyMs);
    });

    it('is handed over at once by one that stops', async () => {
      const leaving = await open({ leaseMs: 60_000 });
      await leaving.start();
      await leaving.schedule(often);
      const other = await open();
      other.define(job(seen.handler()));
      await other.start();
      await other.schedule(often);
      await seen.until(2);
      await leaving.stop();
      await seen.until(seen.runs.length + 10);
      eachOnceInOrder(slots(), often.everyMs);
    });

    it('loses only missed slots that are too old, and says how many', async () => {
      const first = await open();
      await first.schedule(often);
      await first.stop();
      await pause(1_500);
      const later = await open();
      later.define(job(seen.handler()));
      await later.start();
      await later.schedule({ ...often, catchUpMs: 1_000 });
      await seen.until(22);
      eachOnceInOrder(slots(), often.everyMs);
      expect(of('expired')).toEqual([{ type: 'expired', name: 'report', slots: expect.any(Number) }]);
      expect(of('expired')[0]!.slots).toBeGreaterThanOrEqual(9);
    });

    it('goes on after a start with a clock that was far ahead', async () => {
      const wrong = new SystemClock();
      wrong.now = () => Date.now() + 86_400_000;
      const ahead = await open({ clock: wrong });
      await ahead.schedule(often);
      await ahead.stop();
      const queue = await open();
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.schedule(often);
      await seen.until(3);
      eachOnceInOrder(slots(), often.everyMs);
    });
  });
});

describe('SlotCursors', () => {
  it('refuse what an earlier holder still writes, and what starts from an old cursor', async () => {
    const client = new Redis(redis.url);
    const schedule = { name: 'report', everyMs: 10, offsetMs: 0, catchUpMs: 0 };
    const prefix = randomUUID();
    const slow = new SlotCursors(client, prefix, 'slow', 50);
    // Its lease lasts for the whole test: when it ends would be a matter of how busy the machine is.
    const quickOne = new SlotCursors(client, prefix, 'quick', 60_000);
    await slow.begin(schedule, 105);
    const early = (await slow.hold(schedule))!;
    expect(early.at).toBe(100);
    expect(await quickOne.hold(schedule)).toBeUndefined();
    let late: typeof early | undefined;
    await until(async () => {
      late = await quickOne.hold(schedule);
      return late !== undefined;
    });
    expect(await slow.advance(schedule, early, 110)).toBe(false);
    expect(await quickOne.advance(schedule, late!, 120)).toBe(true);
    expect(await quickOne.advance(schedule, late!, 130)).toBe(false);
    expect(await slow.hold(schedule)).toBeUndefined();
    client.disconnect();
  });
});
