import { expect, it } from '@jest/globals';
import { plainId } from './plain-id.ts';

it.each(['a1', 'f'.repeat(64), 'a_b-c'])('%p stands as it is', (id) => {
  expect(plainId(id)).toBe(id);
});

it.each(['', 'f'.repeat(65), 'a b', 'a.b', 'a\r\nb', 'ä'])('%p stands as its hash', (id) => {
  expect(plainId(id)).toMatch(/^[0-9a-f]{64}$/);
  expect(plainId(id)).not.toBe(plainId(`${id}x`));
});
