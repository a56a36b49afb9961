import { beforeEach, describe, expect, it } from '@jest/globals';
import { OverloadGuard, type UnderWay } from './overload-guard.ts';

const limits = { beaconsUnderWay: 200, bytesUnderWay: 1_000_000, storeTargetMs: 100 };

describe('OverloadGuard', () => {
  let guard: OverloadGuard;
  beforeEach(() => {
    guard = new OverloadGuard(limits, () => 0.5);
  });

  /** As many as are let in of those that come at one moment. */
  function offer(key: string, count: number, now: number): UnderWay[] {
    const letIn: UnderWay[] = [];
    for (let n = 0; n < count; n += 1) if (!guard.refusal(key, now)) letIn.push(guard.begin(key, 10, now));
    return letIn;
  }
  const endAll = (underWay: readonly UnderWay[], now: number) => {
    for (const one of underWay) guard.end(one, now);
  };
  /** Rounds of as many beacons as are let in, each of which takes so long; answers when the last ended. */
  function rounds(count: number, tookMs: number, from = 0): number {
    let now = from;
    for (let n = 0; n < count; n += 1) {
      const underWay = offer('web', 1_000, now);
      now += tookMs;
      endAll(underWay, now);
    }
    return now;
  }

  it('lets everything in while little is under way', () => {
    expect(offer('web', 200, 0)).toHaveLength(200);
  });

  describe('with too much under way', () => {
    it('refuses as overloaded, and says when to come again', () => {
      offer('web', 200, 0);
      expect(guard.refusal('web', 0)).toMatchObject({ refused: 'overloaded', limit: 200, retryAfterSeconds: 6 });
    });

    it('refuses by bytes', () => {
      guard.begin('web', 1_000_000, 0);
      expect(guard.refusal('web', 0)).toMatchObject({ refused: 'overloaded', limit: 1_000_000 });
    });

    it.each([
      [0, 2],
      [0.999, 10],
    ])('spreads the return of clients: %d is %d s', (random, seconds) => {
      guard = new OverloadGuard(limits, () => random);
      offer('web', 200, 0);
      expect(guard.refusal('web', 0)?.retryAfterSeconds).toBe(seconds);
    });

    it('lets others in as soon as some are through', () => {
      const underWay = offer('web', 200, 0);
      endAll(underWay.slice(0, 5), 10);
      expect(offer('web', 200, 10)).toHaveLength(5);
    });
  });

  describe('the bound', () => {
    it('sinks while beacons are late', () => {
      rounds(3, 150);
      expect(guard.bound).toBeLessThan(150);
    });

    it('sinks once in the time a beacon may take, however many are late together', () => {
      rounds(1, 110);
      expect(guard.bound).toBe(160);
    });

    it.each([
      [125, 800],
      [160, 625],
      [10_000, 250],
    ])('sinks the more the later they are: %d ms leave %d of 1000', (tookMs, left) => {
      guard = new OverloadGuard({ ...limits, beaconsUnderWay: 1_000 });
      rounds(1, tookMs);
      expect(guard.bound).toBe(left);
    });

    it('does not rise by beacons that are far fewer', () => {
      const now = rounds(50, 150);
      for (let n = 0; n < 1_000; n += 1) endAll(offer('web', 20, now), now + 10);
      expect(guard.bound).toBe(128);
    });

    it('never sinks below what a slow stream needs', () => {
      rounds(50, 5_000);
      expect(guard.bound).toBe(128);
    });

    it('rises again while beacons are in time, to what the configuration says', () => {
      const now = rounds(50, 150);
      const later = rounds(6, 50, now);
      expect(guard.bound).toBeGreaterThan(140);
      rounds(100, 50, later);
      expect(guard.bound).toBe(200);
    });
  });

  describe('between keys', () => {
    it('refuses the one that takes the most first', () => {
      guard.refusal('honest', 0);
      expect(offer('flood', 1_000, 0)).toHaveLength(100);
      expect(offer('honest', 100, 0)).toHaveLength(100);
    });

    it('lets in no more than the configuration says, also of a key that was not there', () => {
      offer('flood', 200, 0);
      expect(guard.refusal('honest', 0)).toMatchObject({ refused: 'overloaded', limit: 200 });
    });

    it('leaves a single key all of it', () => {
      expect(offer('flood', 1_000, 0)).toHaveLength(200);
    });

    it('keeps the share of a key that was there within the last second', () => {
      endAll(offer('honest', 1, 0), 10);
      expect(offer('flood', 1_000, 900)).toHaveLength(100);
    });

    it('gives the share of a key that went away to the others', () => {
      endAll(offer('honest', 1, 0), 10);
      expect(offer('flood', 1_000, 2_000)).toHaveLength(200);
    });
  });
});
