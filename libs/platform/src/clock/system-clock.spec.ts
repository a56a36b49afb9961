import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { clockContract } from './clock.contract.ts';
import { SystemClock } from './system-clock.ts';

clockContract('SystemClock', () => {
  const clock = new SystemClock();
  return { clock, pass: (ms) => clock.sleep(ms) };
});

describe('SystemClock', () => {
  it('sleeps longer than the longest timer of Node without waking early', async () => {
    const leave = new AbortController();
    let awake = false;
    const slept = new SystemClock().sleep(60 * 86_400_000, leave.signal).then(() => {
      awake = true;
    });
    await new SystemClock().sleep(20);
    expect(awake).toBe(false);
    leave.abort();
    await slept;
  });

  it('leaves nothing on the signal after waking', async () => {
    const { signal } = new AbortController();
    await new SystemClock().sleep(1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
