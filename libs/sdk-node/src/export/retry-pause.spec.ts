import { describe, expect, it } from '@jest/globals';
import { mayRepeat, readRetryAfter, retryPause } from './retry-pause.ts';

describe('a repetition', () => {
  it('is worth it after an error of the network, 429, 502, 503 and 504, and nothing else', () => {
    const statuses = [0, 200, 204, 301, 400, 401, 403, 404, 408, 413, 415, 429, 500, 501, 502, 503, 504, 507];
    expect(statuses.filter(mayRepeat)).toEqual([0, 429, 502, 503, 504]);
  });

  it('comes after pauses that double up to 30 s, spread over their second half', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((failures) => retryPause(failures, 1_000, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    expect(retryPause(3, 1_000, 0)).toBe(2_000);
  });

  it('comes when the house asks for it, within five minutes', () => {
    expect(retryPause(1, 1_000, 0.5, 7_000)).toBe(7_000);
    expect(retryPause(1, 1_000, 0.5, 86_400_000)).toBe(300_000);
  });

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Tue, 01 Dec 2026 00:00:05 GMT', 5_000],
    ['Mon, 30 Nov 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %s asks for %s ms', (header, ms) => {
    expect(readRetryAfter(header, Date.UTC(2026, 11, 1))).toBe(ms);
  });
});
