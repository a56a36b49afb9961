import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { quiet, SimulatedPage } from '../../../../test/seed/simulated-page.ts';
import type { FailedRun, MeasuredRun, RunFailure, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { BenchmarkHistory } from './benchmark-history.ts';
import { measureSteadily } from './measure-steadily.ts';

const plan = { url: 'http://page.test/' } as RunPlan;
const page = new SimulatedPage(1, quiet);

function measured(benchmarkIndex: number): MeasuredRun {
  const run = page.run();
  const steps = run.steps.map(({ name, lhr }) => ({ name, lhr: { ...lhr, environment: { ...lhr.environment, benchmarkIndex } } }));
  return { ...run, steps };
}
const failed = (reason: RunFailure): FailedRun => ({ status: 'failed', reason, message: 'the browser died', wallMs: 100 });
const indexOf = (run: RunOutcome) => (run.status === 'measured' ? run.steps[0]!.lhr.environment.benchmarkIndex : run.reason);

/** Asks for so many runs of a runner that usually has an index of 2,000; each run comes out as the next that is given. */
async function measure(outcomes: readonly RunOutcome[], runs: number, stop = new AbortController()) {
  const clock = new ManualClock(0);
  const waiting = [...outcomes];
  const history = new BenchmarkHistory(Array.from({ length: 10 }, () => 2_000));
  let over = false;
  const run = async () => waiting.shift()!;
  const series = measureSteadily(plan, runs, { run, clock, signal: stop.signal, history }).finally(() => {
    over = true;
  });
  while (!over) {
    await clock.advance(30_000);
    await new Promise(setImmediate);
  }
  return { ...(await series), unused: waiting.length, history };
}

describe('so many runs', () => {
  it('are measured one after the other', async () => {
    const { kept, discarded, failure, unused } = await measure([1_900, 2_000, 2_100, 2_050].map(measured), 3);
    expect(kept.map(({ outcome, noisy }) => [indexOf(outcome), noisy])).toEqual([
      [1_900, false],
      [2_000, false],
      [2_100, false],
    ]);
    expect({ discarded, failure, unused }).toEqual({ discarded: [], failure: null, unused: 1 });
  });

  it('leave out one that was measured on a machine that was busy, and repeat it', async () => {
    const { kept, discarded } = await measure([2_000, 1_500, 1_950, 2_050].map(measured), 3);
    expect(kept.map(({ outcome }) => indexOf(outcome))).toEqual([2_000, 1_950, 2_050]);
    expect(discarded.map(indexOf)).toEqual([1_500]);
  });

  it('keep the repetition, and mark it where it is no better; an index far above is as strange', async () => {
    const { kept, discarded } = await measure([1_500, 1_400, 2_500, 2_000].map(measured), 2);
    expect(kept.map(({ outcome, noisy }) => [indexOf(outcome), noisy])).toEqual([
      [1_400, true],
      [2_000, false],
    ]);
    expect(discarded.map(indexOf)).toEqual([1_500, 2_500]);
  });

  it('are tried once more after trouble of the machine', async () => {
    const { kept, discarded, failure } = await measure([measured(2_000), failed('machine'), measured(2_000)], 2);
    expect(kept).toHaveLength(2);
    expect(discarded.map(indexOf)).toEqual(['machine']);
    expect(failure).toBeNull();
  });

  it('end with what there is where the machine gives trouble twice', async () => {
    const { kept, failure, unused } = await measure([measured(2_000), failed('machine'), failed('machine'), measured(2_000)], 3);
    expect({ kept: kept.length, reason: failure?.reason, unused }).toEqual({ kept: 1, reason: 'machine', unused: 1 });
  });

  it.each<RunFailure>(['timeout', 'page', 'script', 'refused', 'configuration', 'aborted'])(
    'end at once where the reason is %s',
    async (reason) => {
      const { failure, unused } = await measure([failed(reason), measured(2_000)], 1);
      expect({ reason: failure?.reason, unused }).toEqual({ reason, unused: 1 });
    },
  );

  it('end where they are stopped before another try', async () => {
    const stop = new AbortController();
    stop.abort();
    const { failure, unused } = await measure([failed('machine'), measured(2_000)], 1, stop);
    expect(failure).toMatchObject({ reason: 'aborted', message: expect.stringContaining('the browser died') });
    expect(unused).toBe(1);
  });
});

describe('the usual speed of a runner', () => {
  it('is that of its last 30 runs', () => {
    const history = new BenchmarkHistory([...Array.from({ length: 30 }, () => 1_000), ...Array.from({ length: 30 }, () => 2_000)]);
    expect([history.indices.length, history.usual]).toEqual([30, 2_000]);
    expect([1_600, 1_599, 2_400, 2_401].map((index) => history.isNoisy(index))).toEqual([false, true, false, true]);
  });

  it('is not known of a new one, where nothing is noisy', () => {
    const history = new BenchmarkHistory([2_000, 2_000, 2_000, 2_000]);
    expect([history.usual, history.isNoisy(100), history.unfitForMobile]).toEqual([null, false, false]);
  });

  it('moves to that of a machine that became another', () => {
    const history = new BenchmarkHistory(Array.from({ length: 30 }, () => 2_000));
    for (let run = 0; run < 16; run++) history.note(1_200);
    expect(history.isNoisy(1_200)).toBe(false);
  });

  it('below 1,000 is too slow to stand for a phone', () => {
    expect(new BenchmarkHistory(Array.from({ length: 5 }, () => 999)).unfitForMobile).toBe(true);
    expect(new BenchmarkHistory(Array.from({ length: 5 }, () => 1_000)).unfitForMobile).toBe(false);
  });
});
