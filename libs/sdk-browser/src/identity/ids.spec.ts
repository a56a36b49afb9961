import { describe, expect, it } from '@jest/globals';
import { randomHex, uuidV7 } from './ids.ts';

describe('randomHex', () => {
  it('has the digits asked for, and no two are alike', () => {
    const made = Array.from({ length: 1_000 }, () => randomHex(32));
    for (const hex of made) expect(hex).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(made).size).toBe(1_000);
  });
});

describe('uuidV7', () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0, 123);

  it('is a version 7 id', () => {
    expect(uuidV7(now)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with its time', () => {
    expect(Number.parseInt(uuidV7(now).replace('-', '').slice(0, 12), 16)).toBe(now);
  });
});
