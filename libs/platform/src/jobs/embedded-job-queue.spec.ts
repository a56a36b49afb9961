import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../clock/manual-clock.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from '../warehouse/embedded-warehouse.ts';
import { migrate } from '../warehouse/migrator.ts';
import { type InsertBlock, type Question, RowsRefused, Warehouse, WarehouseBusy } from '../warehouse/warehouse.ts';
import { EmbeddedJobQueue, type EmbeddedJobQueueOptions } from './embedded-job-queue.ts';
import type { JobEvent } from './job-event.ts';
import { job, jobQueueContract, RunRecorder, until, untilAborted } from './job-queue.contract.ts';
import type { JobQueue } from './job-queue.ts';

let dataDir: string;
let engine: EmbeddedWarehouse;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-jobs-'));
  engine = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
  await migrate(engine, { rawDays: 30, minuteDays: 90, hourDays: 400 });
});
afterAll(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});
afterEach(() => engine.run('TRUNCATE TABLE job_journal'));

/** The real engine behind a cable that can be pulled. */
class WarehouseByCable extends Warehouse {
  failWith: Error | undefined;
  inserts = 0;

  async insert(block: InsertBlock): Promise<void> {
    if (this.failWith) throw this.failWith;
    this.inserts += 1;
    await engine.insert(block);
  }

  ask<Row extends object>(question: Question): Promise<Row[]> {
    return engine.ask(question);
  }

  run(sql: string): Promise<void> {
    return engine.run(sql);
  }

  async close(): Promise<void> {}
}

jobQueueContract('EmbeddedJobQueue', async () => {
  const cables = new Map<JobQueue, WarehouseByCable>();
  return {
    open: async () => {
      const warehouse = new WarehouseByCable();
      const queue = await EmbeddedJobQueue.open({ warehouse, clock: new SystemClock(), journalPauseMs: 10 });
      cables.set(queue, warehouse);
      return queue;
    },
    crash: async (queue) => {
      cables.get(queue)!.failWith = new WarehouseBusy('the process is dead');
      await queue.stop();
    },
    dispose: async () => {},
  };
});

describe('EmbeddedJobQueue', () => {
  const hour = 3_600_000;
  // The engine drops rows by its own clock when they are old.
  const start = Math.floor(Date.now() / hour) * hour;
  let clock: ManualClock;
  let warehouse: WarehouseByCable;
  let queue: EmbeddedJobQueue;
  let seen: RunRecorder;
  let events: JobEvent[];

  beforeEach(() => {
    clock = new ManualClock(start);
    warehouse = new WarehouseByCable();
    seen = new RunRecorder();
    events = [];
  });
  afterEach(async () => {
    await queue.stop();
  });

  async function open(options: Partial<EmbeddedJobQueueOptions> = {}): Promise<EmbeddedJobQueue> {
    queue = await EmbeddedJobQueue.open({ warehouse, clock, journalPauseMs: 0, onEvent: (event) => events.push(event), ...options });
    return queue;
  }

  const of = <Type extends JobEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<JobEvent, { type: Type }> => event.type === type);

  /** Every state a job was stored in, oldest first. */
  const journalled = async (id: string) => {
    const sql = 'SELECT state FROM job_journal WHERE id = {id:String} ORDER BY version';
    return (await engine.ask<{ state: string }>({ sql, params: { id } })).map(({ state }) => state);
  };

  describe('time', () => {
    const hourly = { name: 'report', everyMs: hour, offsetMs: 0, catchUpMs: 3 * hour };

    it('reports how late a run began', async () => {
      const gate = new AbortController();
      await open();
      queue.define(job(seen.handler(async () => void (await untilAborted(gate.signal).catch(() => {})))));
      await queue.start();
      await queue.schedule(hourly);
      await clock.advance(2 * hour + 1);
      gate.abort();
      await seen.until(2);
      expect(of('started').map(({ lateMs }) => lateMs)).toEqual([0, 1]);
    });

    it('leaves out missed slots that are too old and says how many', async () => {
      await open();
      await queue.schedule(hourly);
      await queue.stop();
      await clock.advance(10 * hour);
      await open();
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.schedule(hourly);
      await seen.until(4);
      expect(seen.runs.map(({ slot }) => (slot - start) / hour)).toEqual([7, 8, 9, 10]);
      expect(of('expired')).toEqual([{ type: 'expired', name: 'report', slots: 6 }]);
    });

    it('pauses twice as long after each failure', async () => {
      await open();
      const broken = new Error('broke');
      queue.define(
        job(
          seen.handler(() => Promise.reject(broken)),
          { backoffMs: 1_000, maxAttempts: 4 },
        ),
      );
      await queue.start();
      await queue.add('report', 'a', null);
      await until(async () => {
        if (of('retrying').length > 0) await clock.advance(500);
        return of('failed').length > 0;
      });
      expect(of('retrying').map(({ pauseMs }) => pauseMs)).toEqual([1_000, 2_000, 4_000]);
      expect(of('started').map(({ lateMs }) => lateMs)).toEqual([0, 0, 0, 0]);
    });

    it('keeps its slots after a start with a clock that was far ahead', async () => {
      clock = new ManualClock(start + 1_000 * hour);
      await open();
      await queue.schedule(hourly);
      await queue.stop();
      clock = new ManualClock(start);
      await open();
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.schedule(hourly);
      await clock.advance(hour);
      await seen.until(1);
      expect(seen.runs[0]!.slot).toBe(start + hour);
    });

    it('forgets done jobs after a while', async () => {
      await open({ rememberMs: hour });
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.add('report', 'a', null);
      await until(() => of('succeeded').length === 1);
      expect(await queue.add('report', 'a', null)).toBe('known');
      await clock.advance(hour);
      expect(await queue.add('report', 'a', null)).toBe('added');
      await seen.until(2);
    });

    it('forgets done jobs by their age, also those of an earlier process', async () => {
      await open({ rememberMs: hour });
      queue.define(job(seen.handler()));
      await queue.start();
      await queue.add('report', 'old', null);
      await until(() => of('succeeded').length === 1);
      await clock.advance(hour / 2);
      await queue.add('report', 'young', null);
      await until(() => of('succeeded').length === 2);
      await queue.stop();
      await open({ rememberMs: hour });
      await queue.start();
      await clock.advance(hour / 2);
      expect([await queue.add('report', 'old', null), await queue.add('report', 'young', null)]).toEqual(['added', 'known']);
    });
  });

  describe('its bounds', () => {
    it('refuse a job above the limit with the limit, and nothing of it is kept', async () => {
      await open({ maxUnfinished: 2 });
      await queue.add('report', 'a', null);
      await queue.add('report', 'b', null);
      await expect(queue.add('report', 'c', null)).rejects.toMatchObject({ name: 'JobRefused', reason: 'full', limit: 2 });
      expect(await journalled('c')).toEqual([]);
      queue.define(job(seen.handler()));
      await queue.start();
      await until(() => of('succeeded').length === 2);
      expect(await queue.add('report', 'c', null)).toBe('added');
    });

    it('make slots wait for room instead of losing them', async () => {
      const schedule = { name: 'report', everyMs: hour, offsetMs: 0, catchUpMs: 10 * hour };
      const gates = [new AbortController(), new AbortController(), new AbortController()];
      await open();
      await queue.schedule(schedule);
      await queue.stop();
      await clock.advance(3 * hour);
      await open({ maxUnfinished: 1 });
      queue.define(job(seen.handler(async () => void (await untilAborted(gates[seen.runs.length - 1]!.signal).catch(() => {})))));
      await queue.start();
      await queue.schedule(schedule);
      for (const [done, gate] of gates.entries()) {
        await seen.until(done + 1);
        await until(async () => (await journalled(seen.ids[done]!)).length === 2);
        expect(await engine.ask({ sql: "SELECT uniqExact(id) AS jobs FROM job_journal WHERE kind = 'slot'" })).toEqual([
          { jobs: `${done + 1}` },
        ]);
        gate.abort();
      }
      await until(() => of('succeeded').length === 3);
      expect(seen.runs.map(({ slot }) => (slot - start) / hour)).toEqual([1, 2, 3]);
    });

    it('refuse a payload that is too large', async () => {
      await open();
      const refusal = queue.add('report', 'a', 'x'.repeat(8 * 1024));
      await expect(refusal).rejects.toMatchObject({ name: 'JobRefused', reason: 'payload_too_large', limit: 8 * 1024 });
      expect(await queue.add('report', 'b', 'x'.repeat(8 * 1024 - 2))).toBe('added');
    });
  });

  describe('its journal', () => {
    it('leaves a pause between two inserts and gathers what happens meanwhile', async () => {
      await open({ journalPauseMs: 1_000 });
      await queue.add('report', 'a', null);
      const others = ['b', 'c', 'd'].map((id) => queue.add('report', id, null));
      await clock.advance(999);
      expect(warehouse.inserts).toBe(1);
      await clock.advance(1);
      await Promise.all(others);
      expect(warehouse.inserts).toBe(2);
    });

    it('stores a thousand jobs in few inserts', async () => {
      await open({ journalPauseMs: 200, clock: new SystemClock() });
      queue.define(job(seen.handler(), { concurrency: 10 }));
      await queue.start();
      const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => queue.add('report', `${n}`, { n })));
      expect(new Set(answers)).toEqual(new Set(['added']));
      await until(() => of('succeeded').length === 1_000);
      await queue.stop();
      expect(warehouse.inserts).toBeLessThan(10);
      expect(await engine.ask({ sql: "SELECT uniqExact(id) AS jobs FROM job_journal WHERE state = 'done'" })).toEqual([{ jobs: '1000' }]);
    });

    it('keeps every transition', async () => {
      await open();
      queue.define(job(seen.handler(async ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('broke')) : undefined))));
      await queue.start();
      await queue.add('report', 'a', null);
      await until(async () => {
        await clock.advance(5);
        return of('succeeded').length === 1;
      });
      await queue.stop();
      expect(await journalled('a')).toEqual(['waiting', 'running', 'waiting', 'running', 'done']);
    });

    it('waits for a busy warehouse and then stores what happened meanwhile', async () => {
      await open();
      queue.define(job(seen.handler()));
      await queue.start();
      warehouse.failWith = new WarehouseBusy('too many parts');
      const added = queue.add('report', 'a', null);
      await until(() => of('journal-trouble').length === 1);
      warehouse.failWith = undefined;
      await until(async () => {
        await clock.advance(100);
        return seen.runs.length === 1;
      });
      expect(await added).toBe('added');
    });

    it('does not know a job that it could not store', async () => {
      await open();
      warehouse.failWith = new RowsRefused('no such column');
      await expect(queue.add('report', 'a', null)).rejects.toThrow('no such column');
      warehouse.failWith = undefined;
      expect(await queue.add('report', 'a', null)).toBe('added');
    });

    it('answers a second addition only when the first is stored', async () => {
      await open();
      warehouse.failWith = new WarehouseBusy('too many parts');
      const first = queue.add('report', 'a', null);
      let answered = false;
      const second = queue.add('report', 'a', null).then((answer) => {
        answered = true;
        return answer;
      });
      await until(() => of('journal-trouble').length === 1);
      expect(answered).toBe(false);
      warehouse.failWith = undefined;
      await clock.advance(100);
      expect(await Promise.all([first, second])).toEqual(['added', 'known']);
    });

    it('gives up a job that took the process down with it at each of four starts', async () => {
      for (let round = 1; round <= 4; round += 1) {
        const runs = new RunRecorder();
        await open();
        queue.define(job(runs.handler((_, signal) => untilAborted(signal))));
        await queue.add('report', 'a', { n: 1 });
        await queue.start();
        await runs.until(1);
        await until(async () => (await journalled('a')).filter((state) => state === 'running').length === round);
        warehouse.failWith = new WarehouseBusy('the process is dead');
        await queue.stop();
        warehouse.failWith = undefined;
      }
      await open();
      expect(await queue.failed('report')).toMatchObject([
        { id: 'a', payload: { n: 1 }, error: 'the process ended 4 times while this job ran' },
      ]);
    });
  });
});
