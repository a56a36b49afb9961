import { describe, expect, it } from '@jest/globals';
import { afterFailure, retryPauseMs } from './retry.ts';

describe('a failed job', () => {
  it('waits twice as long after each attempt, up to 64 times the first pause', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempt) => retryPauseMs(attempt, 1_000));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 64_000, 64_000]);
  });

  it('is due again when the pause is over', () => {
    expect(afterFailure(2, { maxAttempts: 3, backoffMs: 500 }, 10_000)).toEqual({ again: true, due: 11_000 });
  });

  it('is not run again after its last attempt', () => {
    expect(afterFailure(3, { maxAttempts: 3, backoffMs: 500 }, 10_000)).toEqual({ again: false });
  });
});
