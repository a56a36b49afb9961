import { describe, expect, it } from '@jest/globals';
import type { Clock } from './clock.ts';

export interface ClockHarness {
  readonly clock: Clock;
  /** Resolves when the clock has moved on by at least this. */
  pass(ms: number): Promise<void>;
}

/** What every Clock keeps, whoever moves it. */
export function clockContract(name: string, makeHarness: () => ClockHarness): void {
  describe(`${name} as Clock`, () => {
    it('has moved on by the length of the sleep when the sleeper wakes', async () => {
      const { clock, pass } = makeHarness();
      const before = clock.now();
      const slept = clock.sleep(20).then(() => clock.now() - before);
      await pass(20);
      // One less: whole milliseconds of two moments may lie closer than the moments.
      expect(await slept).toBeGreaterThanOrEqual(19);
    });

    it('wakes sleepers in the order of their moments, whenever they went to sleep', async () => {
      const { clock, pass } = makeHarness();
      const woken: string[] = [];
      const sleeps = [60, 5, 30].map((ms) => clock.sleep(ms).then(() => woken.push(`${ms}`)));
      await pass(60);
      await Promise.all(sleeps);
      expect(woken).toEqual(['5', '30', '60']);
    });

    it('does not sleep for no time or less', async () => {
      const { clock } = makeHarness();
      await Promise.all([clock.sleep(0), clock.sleep(-1)]);
    });

    it('wakes at once when the signal aborts', async () => {
      const { clock } = makeHarness();
      const leave = new AbortController();
      const slept = clock.sleep(86_400_000, leave.signal);
      leave.abort();
      await slept;
    });

    it('does not fall asleep on a signal that has aborted', async () => {
      const { clock } = makeHarness();
      await clock.sleep(86_400_000, AbortSignal.abort());
    });
  });
}
