import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../test/seed/seeded-random.ts';
import { SeriesData } from './series-data.ts';
import { SeriesWatch } from './watch.ts';

/** A Monday in 2027, in hours since 1970. */
const first = 499_800;
const [changed, over, end] = [first + 400, first + 520, first + 580];

/** Durations of a spread of 0.5 that are 50 % longer in some hours. */
function latencies(random: () => number): SeriesData {
  const data = new SeriesData('latency', 1.05);
  for (let hour = first; hour < end; hour++) {
    const level = 7 + (hour >= changed && hour < over ? Math.log(1.5) : 0);
    const cells = new Map<number, number>();
    for (let i = 0; i < 40; i++) {
      const bin = Math.floor((level + 0.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())) / Math.log(1.05));
      cells.set(bin, (cells.get(bin) ?? 0) + 1);
    }
    data.add(hour, 0, { bins: [...cells.keys()], counts: [...cells.values()] });
  }
  return data;
}

/** Calls of which one in fifty fails, in some hours one in twenty. */
function failures(random: () => number): SeriesData {
  const data = new SeriesData('rate', 1.05);
  for (let hour = first; hour < end; hour++) {
    const share = hour >= changed && hour < over ? 0.05 : 0.02;
    const errors = Array.from({ length: 400 }, random).filter((one) => one < share).length;
    data.add(hour, 0, { bins: [0, 1], counts: [400 - errors, errors] });
  }
  return data;
}

describe('an improvement', () => {
  const stepped = (random: () => number, size: number, perHour = 40) => {
    const data = new SeriesData('latency', 1.05);
    for (let hour = first; hour < end; hour++) {
      const cells = new Map<number, number>();
      for (let i = 0; i < perHour; i++) {
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        const bin = Math.floor((7 + (hour >= changed ? size : 0) + 0.5 * normal) / Math.log(1.05));
        cells.set(bin, (cells.get(bin) ?? 0) + 1);
      }
      data.add(hour, 0, { bins: [...cells.keys()], counts: [...cells.values()] });
    }
    return data;
  };
  const judged = (data: SeriesData, began: number | null = null) => {
    const watch = new SeriesWatch(data, { began });
    const [worse, better]: [number[], number[]] = [[], []];
    for (let hour = first + 330; hour < end; hour++) {
      const regression = watch.takeHour(hour, first);
      watch.takeReturn(hour);
      const improvement = regression ? null : watch.takeImprovement(hour);
      if (regression) worse.push(regression.start);
      if (improvement) better.push(improvement.start);
    }
    return { worse, better };
  };

  it.each([1, 2, 3])('is found once, when it began, and is no regression (%p)', (seed) => {
    const { worse, better } = judged(stepped(seededRandom(seed), -0.2));
    expect(worse).toEqual([]);
    expect(better).toHaveLength(1);
    expect(Math.abs(better[0]! - changed)).toBeLessThanOrEqual(2);
    expect(judged(stepped(seededRandom(seed), -0.2), changed + 10)).toEqual({ worse: [], better: [] });
  });

  it('is neither the end of a regression nor nothing', () => {
    for (let seed = 10; seed < 15; seed++) {
      expect(judged(latencies(seededRandom(seed))).better).toEqual([]);
      expect(judged(stepped(seededRandom(seed), 0)).better).toEqual([]);
    }
  });
});

describe('a change that lasts for days', () => {
  // The history is looked at anew at a phase of the day: while the change lasts, its hours become a part of it.
  it.each([
    ...[0, 5, 11, 17, 23].map((phase) => ({ kind: 'latency', make: latencies, phase })),
    ...[3, 15].map((phase) => ({ kind: 'rate', make: failures, phase })),
  ])('is over once its level has been back for a day, and not before ($kind, phase $phase)', ({ make, phase }) => {
    const watch = new SeriesWatch(make(seededRandom(phase)), { phase });
    const found: number[] = [];
    const returned: number[] = [];
    for (let hour = first + 330; hour < end; hour++) {
      if (watch.takeHour(hour, first)) found.push(hour);
      if (watch.takeReturn(hour)) returned.push(hour);
    }
    expect(found).toHaveLength(1);
    expect(returned).toHaveLength(1);
    expect(found[0]! - changed).toBeLessThan(24);
    expect(returned[0]! - over).toBeGreaterThan(12);
    expect(returned[0]! - over).toBeLessThan(40);
  });
});
