import { expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const now = Date.UTC(2026, 4, 6, 10);

it.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Wed, 06 May 2026 10:01:00 GMT', 60_000],
  ['Wed, 06 May 2026 09:00:00 GMT', 0],
  ['soon', null],
  ['', null],
  [null, null],
  [undefined, null],
])('a Retry-After of %p asks for %p ms', (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
});
