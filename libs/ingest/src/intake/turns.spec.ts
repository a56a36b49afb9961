import { beforeEach, describe, expect, it } from '@jest/globals';
import { Turns } from './turns.ts';

describe('Turns', () => {
  let now: number;
  let callbacks: (() => void)[];
  let done: number[];
  let turns: Turns;
  beforeEach(() => {
    [now, callbacks, done] = [0, [], []];
    turns = new Turns(
      () => now,
      (callback) => callbacks.push(callback),
    );
  });

  async function work(n: number, ms: number): Promise<void> {
    await turns.wait();
    now += ms;
    done.push(n);
  }
  /** The event loop goes round once. */
  async function goRound(): Promise<void> {
    for (const callback of callbacks.splice(0)) callback();
    for (let n = 0; n < 100; n += 1) await undefined;
  }
  function start(count: number, ms: number): void {
    for (let n = 0; n < count; n += 1) void work(n, ms);
  }

  it('lets a single caller work at once', () => {
    expect(turns.wait()).toBeUndefined();
  });

  it('makes callers wait once the turn is used up', () => {
    void turns.wait();
    now += 8;
    expect(turns.wait()).toBeInstanceOf(Promise);
  });

  it('does a turn of the work that waits each time the event loop comes round, in order', async () => {
    void turns.wait();
    now += 8;
    start(10, 3);
    await goRound();
    expect(done).toEqual([0, 1, 2]);
    await goRound();
    expect(done).toEqual([0, 1, 2, 3, 4, 5]);
    await goRound();
    await goRound();
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets nobody overtake those that wait', async () => {
    void turns.wait();
    now += 8;
    void work(0, 3).then(() => work(9, 3));
    void work(1, 3);
    void work(2, 2);
    await goRound();
    expect(done).toEqual([0, 1, 2]);
    await goRound();
    expect(done).toEqual([0, 1, 2, 9]);
  });

  it('begins anew after everything is done', async () => {
    void turns.wait();
    now += 8;
    start(1, 3);
    await goRound();
    await goRound();
    now += 1_000;
    expect([turns.wait(), callbacks.length]).toEqual([undefined, 1]);
  });
});
