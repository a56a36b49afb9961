import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobDefinition, JobHandler, JobQueue, JobRun } from './job-queue.ts';

/** A place where a queue can be opened, stopped or killed, and opened again with what it kept. */
export interface JobQueueHarness {
  open(): Promise<JobQueue>;
  /** Ends the queue as a crash would: of what its handlers do from now on nothing is stored. */
  crash(queue: JobQueue): Promise<void>;
  dispose(): Promise<void>;
}

/** Keeps the runs a handler was given and lets a test wait for them. */
export class RunRecorder {
  readonly runs: JobRun[] = [];

  handler(then: JobHandler = async () => {}): JobHandler {
    return async (run, signal) => {
      this.runs.push(run);
      await then(run, signal);
    };
  }

  get ids(): string[] {
    return this.runs.map(({ id }) => id);
  }

  async until(count: number): Promise<void> {
    await until(() => this.runs.length >= count);
  }
}

/** Gives up after a while, so that a test that waits in vain says for what. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUp = performance.now() + 20_000; !(await condition()); ) {
    if (performance.now() > giveUp) throw new Error(`it never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

export function job(handler: JobHandler, changes: Partial<JobDefinition> = {}): JobDefinition {
  return { name: 'report', concurrency: 1, maxAttempts: 3, backoffMs: 5, handler, ...changes };
}

/** What every JobQueue keeps, wherever its state stands. */
export function jobQueueContract(name: string, makeHarness: () => Promise<JobQueueHarness>): void {
  describe(`${name} as JobQueue`, () => {
    let harness: JobQueueHarness;
    let queue: JobQueue;
    let seen: RunRecorder;

    beforeEach(async () => {
      harness = await makeHarness();
      queue = await harness.open();
      seen = new RunRecorder();
    });
    afterEach(async () => {
      await queue.stop();
      await harness.dispose();
    });

    async function startWith(...definitions: JobDefinition[]): Promise<void> {
      for (const definition of definitions) queue.define(definition);
      await queue.start();
    }

    async function restartWith(...definitions: JobDefinition[]): Promise<void> {
      queue = await harness.open();
      await startWith(...definitions);
    }

    describe('an added job', () => {
      it('runs after the start and not before', async () => {
        queue.define(job(seen.handler()));
        await queue.add('report', 'a', { n: 1 });
        expect(seen.runs).toEqual([]);
        await queue.start();
        await seen.until(1);
        expect(seen.runs).toEqual([{ id: 'a', name: 'report', payload: { n: 1 }, attempt: 1, slot: expect.any(Number) }]);
      });

      it('runs when the queue has already started', async () => {
        await startWith(job(seen.handler()));
        expect(await queue.add('report', 'a', null)).toBe('added');
        await seen.until(1);
      });

      it('runs once, however often its id is added: waiting, running or done', async () => {
        const gate = new AbortController();
        queue.define(job(seen.handler(async () => void (await untilAborted(gate.signal).catch(() => {})))));
        const first = await Promise.all([queue.add('report', 'a', 1), queue.add('report', 'a', 2)]);
        expect(first.sort()).toEqual(['added', 'known']);
        await queue.start();
        await seen.until(1);
        expect(await queue.add('report', 'a', 3)).toBe('known');
        gate.abort();
        await queue.add('report', 'b', null);
        await seen.until(2);
        expect(await queue.add('report', 'a', 4)).toBe('known');
        await queue.add('report', 'c', null);
        await seen.until(3);
        expect(seen.ids).toEqual(['a', 'b', 'c']);
      });

      it('is another job than one of another name with the same id', async () => {
        const others = new RunRecorder();
        await startWith(job(seen.handler()), job(others.handler(), { name: 'audit' }));
        expect(await queue.add('report', 'a', null)).toBe('added');
        expect(await queue.add('audit', 'a', null)).toBe('added');
        await seen.until(1);
        await others.until(1);
      });

      it('runs beside as many others as the definition allows, and no more', async () => {
        let running = 0;
        let most = 0;
        const handler = seen.handler(async () => {
          most = Math.max(most, ++running);
          await until(() => seen.runs.length >= 2);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
        });
        await startWith(job(handler, { concurrency: 2 }));
        for (const id of ['a', 'b', 'c', 'd', 'e']) await queue.add('report', id, null);
        await seen.until(5);
        expect(most).toBe(2);
      });
    });

    describe('a priority', () => {
      const inTurn = ['first', 'slow', 'soon', 'later'];
      async function addOutOfTurn(): Promise<void> {
        await queue.add('report', 'slow', null, 5);
        await queue.add('report', 'later', null, 10);
        await queue.add('report', 'soon', null, 5);
        await queue.add('report', 'first', null);
      }

      it('lets what is more urgent go first, and what is equally urgent in turn', async () => {
        await addOutOfTurn();
        await startWith(job(seen.handler()));
        await seen.until(4);
        expect(seen.ids).toEqual(inTurn);
      });

      it('is kept over a restart', async () => {
        await addOutOfTurn();
        await queue.stop();
        await restartWith(job(seen.handler()));
        await seen.until(4);
        expect(seen.ids).toEqual(inTurn);
      });

      it('is kept by a job that was interrupted', async () => {
        queue.define(job(seen.handler((_, signal) => untilAborted(signal))));
        await addOutOfTurn();
        await queue.start();
        await seen.until(1);
        await queue.stop();
        const after = new RunRecorder();
        await restartWith(job(after.handler()));
        await after.until(4);
        expect(after.ids).toEqual(inTurn);
      });
    });

    describe('a handler that throws', () => {
      const failing = (times: number) =>
        seen.handler(async ({ attempt }) => {
          if (attempt <= times) throw new Error(`attempt ${attempt} broke`);
        });

      it('is run again with the same job', async () => {
        await startWith(job(failing(2)));
        await queue.add('report', 'a', { n: 1 });
        await seen.until(3);
        const [first] = seen.runs;
        expect(seen.runs).toEqual([1, 2, 3].map((attempt) => ({ ...first, attempt })));
      });

      it('does not hold up other jobs during its pause', async () => {
        await startWith(job(failing(1), { backoffMs: 86_400_000 }));
        await queue.add('report', 'a', null);
        await seen.until(1);
        queue.define(job(seen.handler(), { name: 'audit' }));
        await queue.add('audit', 'b', null);
        await seen.until(2);
        expect(seen.ids).toEqual(['a', 'b']);
      });

      it('is given up after its last attempt; the job stays known, and visible with what it said', async () => {
        await startWith(job(failing(99)));
        await queue.add('report', 'a', { n: 1 });
        await until(async () => (await queue.failed('report')).length === 1);
        expect(await queue.failed('report')).toEqual([
          {
            id: 'a',
            slot: seen.runs[0]!.slot,
            payload: { n: 1 },
            attempts: 3,
            error: expect.stringContaining('attempt 3 broke'),
            failedAt: expect.any(Number),
          },
        ]);
        expect(await queue.failed('audit')).toEqual([]);
        expect(await queue.add('report', 'a', null)).toBe('known');
        await queue.add('report', 'b', null);
        await seen.until(4);
        expect(seen.ids).toEqual(['a', 'a', 'a', 'b']);
      });
    });

    describe('stopping', () => {
      it('aborts what runs and waits for its end', async () => {
        let ended = false;
        const handler = seen.handler(async (_, signal) => {
          await untilAborted(signal).catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 20));
          ended = true;
        });
        await startWith(job(handler));
        await queue.add('report', 'a', null);
        await seen.until(1);
        await queue.stop();
        expect(ended).toBe(true);
      });

      it('leaves work that it interrupted for the next start, without counting the attempt', async () => {
        await startWith(job(seen.handler((_, signal) => untilAborted(signal))));
        await queue.add('report', 'a', { n: 1 });
        await seen.until(1);
        await queue.stop();
        await restartWith(job(seen.handler()));
        await seen.until(2);
        expect(seen.runs[1]).toEqual(seen.runs[0]);
      });
    });

    describe('a crash', () => {
      it('loses no job whose addition was answered', async () => {
        await queue.add('report', 'a', { n: 1 });
        await queue.add('report', 'b', { n: 2 });
        await queue.add('audit', 'a', { n: 3 });
        await harness.crash(queue);
        const others = new RunRecorder();
        await restartWith(job(seen.handler()), job(others.handler(), { name: 'audit' }));
        await seen.until(2);
        await others.until(1);
        expect(others.runs[0]).toMatchObject({ id: 'a', payload: { n: 3 } });
        expect(seen.runs.map(({ id, payload }) => [id, payload])).toEqual([
          ['a', { n: 1 }],
          ['b', { n: 2 }],
        ]);
      });

      it('between the effect and its note has the same job run again, with the same slot', async () => {
        await startWith(job(seen.handler((_, signal) => untilAborted(signal))));
        await queue.add('report', 'a', { n: 1 });
        await seen.until(1);
        await harness.crash(queue);
        await restartWith(job(seen.handler()));
        await seen.until(2);
        expect(seen.runs[1]).toEqual(seen.runs[0]);
      });

      it('makes nobody forget what was done or given up', async () => {
        const handler = seen.handler(async ({ id }) => {
          if (id === 'bad') throw new Error('broke');
        });
        await startWith(job(handler, { maxAttempts: 1 }));
        await queue.add('report', 'good', null);
        await queue.add('report', 'bad', null);
        await until(async () => (await queue.failed('report')).length === 1);
        await queue.stop();
        await restartWith(job(handler, { maxAttempts: 1 }));
        expect((await queue.failed('report')).map(({ id, error }) => [id, error])).toEqual([['bad', expect.stringContaining('broke')]]);
        expect(await queue.add('report', 'good', null)).toBe('known');
        expect(await queue.add('report', 'bad', null)).toBe('known');
        await queue.add('report', 'last', null);
        await seen.until(3);
        expect(seen.ids).toEqual(['good', 'bad', 'last']);
      });
    });

    describe('a schedule', () => {
      const often = { name: 'report', everyMs: 40, offsetMs: 15, catchUpMs: 3_600_000 } as const;
      const slots = () => seen.runs.map(({ slot }) => slot);

      it('makes a job for each slot, in order, named by it', async () => {
        await startWith(job(seen.handler()));
        await queue.schedule(often);
        await seen.until(4);
        const first = slots()[0]!;
        expect(first % 40).toBe(15);
        expect(slots().slice(0, 4)).toEqual([0, 1, 2, 3].map((n) => first + n * 40));
        expect(new Set(seen.ids).size).toBe(seen.runs.length);
      });

      it.each(['stop', 'crash'] as const)('catches up, in order, the slots that passed after a %s', async (end) => {
        await startWith(job(seen.handler()));
        await queue.schedule(often);
        await seen.until(2);
        await (end === 'stop' ? queue.stop() : harness.crash(queue));
        const before = seen.runs.length;
        await new Promise((resolve) => setTimeout(resolve, 200));
        await restartWith(job(seen.handler()));
        await queue.schedule(often);
        await seen.until(before + 6);
        const distinct = [...new Set(slots())];
        expect(distinct).toEqual(distinct.map((_, n) => distinct[0]! + n * 40));
        if (end === 'stop') expect(distinct.length).toBe(seen.runs.length);
      });

      it('does not catch up slots from before it was first known', async () => {
        const before = Date.now();
        await startWith(job(seen.handler()));
        await queue.schedule({ ...often, everyMs: 100 });
        await seen.until(1);
        expect(slots()[0]).toBeGreaterThan(before);
      });
    });
  });
}
