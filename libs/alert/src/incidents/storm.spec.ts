import { expect, it } from '@jest/globals';
import { stormsOf } from './storm.ts';

const fresh = (rule: string, count: number) => Array.from({ length: count }, (_, index) => ({ id: `${rule}${index}`, rule }));
const told = (...args: Parameters<typeof stormsOf>) => Object.groupBy(stormsOf(...args).values(), (id) => id);

it.each([
  ['ten at once are ten', fresh('a', 10), [], {}],
  ['more of one rule are one, called by the first', fresh('a', 11), [], { a0: 11 }],
  ['more of two rules are none', [...fresh('a', 6), ...fresh('b', 6)], [], {}],
  ['each rule has its own', [...fresh('a', 11), ...fresh('b', 12)], [], { a0: 11, b0: 12 }],
  ['one that comes while it lasts belongs to it', fresh('a', 1), [{ id: 'old', rule: 'a', open: 11 }], { old: 1 }],
  ['one that comes when it has calmed down does not', fresh('a', 1), [{ id: 'old', rule: 'a', open: 10 }], {}],
  ['one of another rule does not', fresh('b', 1), [{ id: 'old', rule: 'a', open: 11 }], {}],
])('%s', (_, incidents, storms, expected) => {
  const counts = Object.fromEntries(Object.entries(told(incidents, storms)).map(([id, all]) => [id, all!.length]));
  expect(counts).toEqual(expected);
});
