import { expect, it } from '@jest/globals';
import { evalEndOf, watermarkOf } from './watermark.ts';

const minute = 60_000;
const now = Date.UTC(2026, 4, 6, 10) + 20_000;
const map = (entries: Readonly<Record<number, number>>) =>
  new Map(Object.entries(entries).map(([partition, value]) => [Number(partition), value]));

it.each([
  ['nothing waits: now', {}, {}, now],
  ['what waits has come after the newest that is loaded', { 0: 5, 1: 0 }, { 0: now - 2_000, 1: now - 9_000 }, now - 2_000],
  ['a partition without traffic holds nobody up', { 0: 5, 1: 0 }, { 0: now - 2_000 }, now - 2_000],
  ['the one that is furthest behind counts', { 0: 5, 1: 7 }, { 0: now - 2_000, 1: now - 5 * minute }, now - 5 * minute],
  ['one that waits and has loaded nothing lately is very far behind', { 0: 5 }, {}, 0],
  ['clocks that run ahead are not believed', { 0: 5 }, { 0: now + 60_000 }, now],
])('%s', (_, behind, newest, watermark) => {
  expect(watermarkOf({ now, behind: map(behind), newest: map(newest) })).toBe(watermark);
});

it('judges full minutes that have settled', () => {
  expect(evalEndOf(now, now)).toBe(now - 20_000);
  expect(evalEndOf(now - 6_000, now)).toBe(now - 20_000 - minute);
  expect(evalEndOf(now, now - 21_000)).toBe(now - 20_000 - minute);
});
