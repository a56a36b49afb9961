import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { Once } from './once.ts';
import { RepeatWindow } from './repeat-window.ts';

const id = '0190a1b2-0000-7000-8000-000000000001';

describe('Once', () => {
  let once: Once;
  let stored: number;
  beforeEach(() => {
    once = new Once(new RepeatWindow(900_000, 1_000), new ManualClock(0));
    stored = 0;
  });
  const store = async () => {
    stored += 1;
  };

  it('stores an id once, and says of every copy that it is one', async () => {
    expect(await once.store('shop', id, store)).toBe(true);
    expect(await once.store('shop', id, store)).toBe(false);
    expect(stored).toBe(1);
  });

  it('makes a copy that overtakes wait for the fate of the first', async () => {
    const gate = Promise.withResolvers<void>();
    const first = once.store('shop', id, () => gate.promise);
    const copy = once.store('shop', id, store);
    gate.resolve();
    expect(await Promise.all([first, copy])).toEqual([true, false]);
    expect(stored).toBe(0);
  });

  it('lets one copy in where the first could not be stored', async () => {
    const gate = Promise.withResolvers<void>();
    const first = once.store('shop', id, () => gate.promise);
    const copies = [1, 2, 3].map(() => once.store('shop', id, store));
    gate.reject(new Error('the disk is full'));
    await expect(first).rejects.toThrow('the disk is full');
    expect((await Promise.all(copies)).filter(Boolean)).toHaveLength(1);
    expect(await once.store('shop', id, store)).toBe(false);
    expect(stored).toBe(1);
  });
});
