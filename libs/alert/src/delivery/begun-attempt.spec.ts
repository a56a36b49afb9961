import { expect, it } from '@jest/globals';
import type { PendingDelivery } from '../alert-book.ts';
import type { Notice } from '../notices/notice.ts';
import { answeredAttempt, begunAttempt, isTooOften } from './begun-attempt.ts';

const delivery = { id: 'd', channel: 'c', seq: 1, notice: {} as Notice };
const pending: PendingDelivery = { delivery, createdAt: 0, dueAt: 0, attempts: 2, possiblySent: false };
/** One process after another begins it and dies. */
const cutShort = (times: number) => Array.from({ length: times }).reduce<PendingDelivery>((before) => begunAttempt(before, 1_000), pending);
const dueS = (times: number) => (cutShort(times).dueAt - 1_000) / 1_000;

it('an attempt that was cut short is none of those that are counted', () => {
  expect([cutShort(9), answeredAttempt(cutShort(9))].map(({ attempts, possiblySent }) => [attempts, possiblySent])).toEqual([
    [2, true],
    [3, true],
  ]);
});

it('the pause after it grows, to a quarter of an hour', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map(dueS)).toEqual([35, 35, 35, 70, 140, 280, 560, 900, 900, 900]);
});

it('it ends after a hundred in a row', () => {
  expect([cutShort(99), cutShort(100), begunAttempt(answeredAttempt(cutShort(99)), 1_000)].map(isTooOften)).toEqual([false, true, false]);
});
