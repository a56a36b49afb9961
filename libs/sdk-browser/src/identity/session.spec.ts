import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nextSeq, openSession } from './session.ts';

const page = globalThis as { sessionStorage?: unknown };
const minute = 60_000;

describe('openSession', () => {
  let stored: Record<string, string>;

  beforeEach(() => {
    stored = {};
    Object.defineProperty(page, 'sessionStorage', { value: stored, configurable: true });
  });
  afterEach(() => {
    delete page.sessionStorage;
  });

  it('goes on with id, sampling and numbers on the next page of the tab', () => {
    const [id] = openSession(1, undefined, true);
    expect([nextSeq(), nextSeq()]).toEqual([0, 1]);
    expect(openSession(0, undefined, true).slice(0, 2)).toEqual([id, true]);
    expect(nextSeq()).toBe(2);
  });

  it('starts anew after half an hour without a beacon', () => {
    const [id] = openSession(1, undefined, true);
    const [, sampled, seq] = JSON.parse(stored.beaconhouse ?? '');
    stored.beaconhouse = JSON.stringify([id, sampled, seq, Date.now() - 31 * minute]);
    expect(openSession(1, undefined, true)[0]).not.toBe(id);
  });

  it('takes the id the app gives, and starts anew when it gives another', () => {
    expect(openSession(1, 'conversation-1', true)[0]).toBe('conversation-1');
    nextSeq();
    expect(openSession(1, 'conversation-1', true)[2]).toBe(1);
    expect(openSession(1, 'conversation-2', true).slice(0, 3)).toEqual(['conversation-2', true, 0]);
  });

  it('reads and writes nothing unless it may', () => {
    openSession(1, undefined, false);
    nextSeq();
    expect(stored).toEqual({});
  });

  it.each([
    ['is not there', () => undefined],
    [
      'throws',
      () => {
        throw new Error('SecurityError');
      },
    ],
  ])('counts in memory where storage %s', (_, get) => {
    Object.defineProperty(page, 'sessionStorage', { get, configurable: true });
    openSession(1, undefined, true);
    expect([nextSeq(), nextSeq()]).toEqual([0, 1]);
  });

  it.each([
    [0, 0],
    [1, 1_000],
  ])('samples %d of all sessions', (rate, sampled) => {
    const sessions = Array.from({ length: 1_000 }, () => openSession(rate, undefined, false)[1]);
    expect(sessions.filter(Boolean)).toHaveLength(sampled);
  });

  it('samples about the share asked for', () => {
    const sessions = Array.from({ length: 10_000 }, () => openSession(0.1, undefined, false)[1]);
    // Ten standard deviations of 10,000 draws.
    expect(Math.abs(sessions.filter(Boolean).length - 1_000)).toBeLessThan(300);
  });
});
