import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { clockContract } from './clock.contract.ts';
import { ManualClock } from './manual-clock.ts';

clockContract('ManualClock', () => {
  const clock = new ManualClock(1_000);
  return { clock, pass: (ms) => clock.advance(ms) };
});

describe('ManualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new ManualClock(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  // The machine's timers may fire a moment early and be set again: only here is it certain.
  it('wakes those of one moment in the order they went to sleep', async () => {
    const clock = new ManualClock(1_000);
    const woken: string[] = [];
    const sleeps = ['first', 'second', 'third'].map((name) => clock.sleep(5).then(() => woken.push(name)));
    await clock.advance(5);
    await Promise.all(sleeps);
    expect(woken).toEqual(['first', 'second', 'third']);
  });

  it('shows each sleeper the moment it asked for, also one that went to sleep on the way', async () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    const twice = async () => {
      await clock.sleep(10);
      seen.push(clock.now());
      await clock.sleep(10);
      seen.push(clock.now());
    };
    const done = [twice(), clock.sleep(15).then(() => seen.push(clock.now()))];
    await clock.advance(100);
    await Promise.all(done);
    expect(seen).toEqual([10, 15, 20]);
  });

  it('forgets a sleeper that left', async () => {
    const clock = new ManualClock(0);
    const leave = new AbortController();
    const slept = clock.sleep(10, leave.signal);
    expect(clock.sleeping).toBe(1);
    leave.abort();
    await slept;
    expect(clock.sleeping).toBe(0);
  });

  it('leaves nothing on the signal after waking', async () => {
    const clock = new ManualClock(0);
    const { signal } = new AbortController();
    const slept = clock.sleep(1, signal);
    await clock.advance(1);
    await slept;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
