import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../test/seed/seeded-random.ts';
import { startOf } from './start.ts';
import { Track } from './track.ts';

const now = 400;

/** Hourly shifts with a deviation of 0.03, without a season. */
function track(level: (hour: number) => number, seed: number): Track {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const hours = now + 1;
  const blank = new Float32Array(hours);
  const shift = Float32Array.from({ length: hours }, (_, hour) => level(hour) + 0.03 * normal());
  const evidence = {
    statistic: 'rank' as const,
    stratum: null,
    shift,
    variance: new Float32Array(hours).fill(0.03 ** 2),
    expected: blank,
    perShift: blank,
  };
  const noise = { process: 1e-6, lasting: 0, memory: 0.5 };
  return new Track(evidence, 0, { season: new Float64Array(168), noise, spread: new Float64Array(5).fill(1) });
}

const step = (at: number, size: number) => (hour: number) => (hour >= at ? size : 0);
const rise = (at: number, hours: number, size: number) => (hour: number) => size * Math.max(0, Math.min(1, (hour - at + 1) / hours));
const seeds = [1, 2, 3, 4, 5, 6];

describe('the start of a change', () => {
  it.each(seeds)('is the hour of a step (%p)', (seed) => {
    expect(startOf(track(step(370, 0.15), seed), now, 0, [])).toEqual({ start: 370, deploy: null });
  });

  it.each(seeds)('of a slow one is where it began to rise (%p)', (seed) => {
    const { start } = startOf(track(rise(340, 48, 0.2), seed), now, 0, []);
    expect(Math.abs(start - 340)).toBeLessThanOrEqual(6);
  });

  it.each(seeds)('is the deploy that is near, and no other (%p)', (seed) => {
    expect(startOf(track(step(370, 0.06), seed), now, 0, [300, 370])).toEqual({ start: 370, deploy: 370 });
    expect(startOf(track(step(370, 0.15), seed), now, 0, [300, 374])).toEqual({ start: 370, deploy: null });
    expect(startOf(track(step(372, 0.15), seed), now, 0, [370])).toEqual({ start: 370, deploy: 370 });
  });

  it('does not lie before a floor', () => {
    expect(startOf(track(step(330, 0.2), 1), now, 350, []).start).toBeGreaterThanOrEqual(350);
  });
});
