import { describe, expect, it } from '@jest/globals';
import { CallAllowance, callsAtOnce, callsInFlight, callsPerSecond } from './call-allowance.ts';

const nothing = async () => 'done';

async function statusesOf(calls: Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.status));
}

describe('CallAllowance', () => {
  it('answers 429 to the call after the burst, and takes calls again as time passes', async () => {
    let now = 0;
    const allowance = new CallAllowance(() => now);
    const burst = await statusesOf(Array.from({ length: callsAtOnce + 1 }, () => allowance.run(nothing)));
    expect(burst).toEqual([...Array(callsAtOnce).fill('done'), 429]);
    now += 1_000;
    const later = await statusesOf(Array.from({ length: callsPerSecond + 1 }, () => allowance.run(nothing)));
    expect(later).toEqual([...Array(callsPerSecond).fill('done'), 429]);
  });

  it('answers 503 while as many calls are waiting as may, and lets the next in when one ends', async () => {
    let now = 0;
    const allowance = new CallAllowance(() => now);
    const ends: (() => void)[] = [];
    const wait = () => allowance.run(() => new Promise<void>((resolve) => ends.push(resolve)));
    const waiting: Promise<void>[] = [];
    for (let at = 0; at < callsInFlight; at += 1) {
      waiting.push(wait());
      now += 1_000;
    }
    expect(await statusesOf([wait()])).toEqual([503]);
    ends[0]!();
    await waiting[0];
    expect(await statusesOf([allowance.run(nothing)])).toEqual(['done']);
    for (const end of ends) end();
    await Promise.all(waiting);
  });

  it('counts a call that fails as ended', async () => {
    let now = 0;
    const allowance = new CallAllowance(() => now);
    const failing = async () => {
      throw new Error('no');
    };
    for (let at = 0; at < callsInFlight + 1; at += 1) {
      await expect(allowance.run(failing)).rejects.toThrow('no');
      now += 1_000;
    }
  });

  it('gives nothing for a clock that went back', async () => {
    let now = 10_000;
    const allowance = new CallAllowance(() => now);
    await statusesOf(Array.from({ length: callsAtOnce }, () => allowance.run(nothing)));
    now = 0;
    expect(await statusesOf([allowance.run(nothing)])).toEqual([429]);
  });
});
