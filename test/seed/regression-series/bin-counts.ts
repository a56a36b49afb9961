import type { Random } from '../../../bench/random.ts';

export const bins = { lo: 1, gamma: 1.05 } as const;

/** Log-normal durations, a part of them in a second, slower mode. */
export interface Shape {
  /** Standard deviation of the logarithm. */
  readonly spread: number;
  readonly slow: number;
  /** How much slower on the log scale. */
  readonly slowBy: number;
}

interface HourShape extends Shape {
  /** Logarithm of it. */
  readonly median: number;
  /** How much slower the slowest tenth is; 0.2 is 20 %. */
  readonly tail: number;
  /** Part of the samples that end at a timeout of 30 s. */
  readonly outliers: number;
}

const fewSamples = 40;
/** Upper decile of the standard normal distribution. */
const decile = 1.2816;
const timeout = Math.log(30_000);
const width = Math.log(bins.gamma);

/** Samples of an hour by bin: drawn one by one where they are few, else each bin's number by itself. */
export function binCounts(random: Random, samples: number, shape: HourShape): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (bin: number, count: number) => count > 0 && counts.set(Math.max(0, bin), (counts.get(Math.max(0, bin)) ?? 0) + count);
  add(Math.floor(timeout / width), poisson(random, samples * shape.outliers));
  if (samples < fewSamples) {
    const drawn = poisson(random, samples);
    for (let i = 0; i < drawn; i++) add(Math.floor(sample(random, shape) / width), 1);
    return counts;
  }
  const first = Math.max(0, Math.floor((shape.median - 3.6 * shape.spread) / width));
  const last = Math.ceil((shape.median + 3.8 * shape.spread + (shape.slow > 0 ? shape.slowBy : 0) + Math.log(1 + shape.tail)) / width);
  let below = 0;
  for (let bin = first; bin <= last; bin++) {
    const until = cumulative((bin + 1) * width, shape);
    add(bin, poisson(random, samples * (until - below)));
    below = until;
  }
  return counts;
}

function sample(random: Random, { median, spread, tail, slow, slowBy }: HourShape): number {
  const normal = Math.log(random.duration(1, 1));
  const bent = normal > decile ? Math.log(1 + tail) : 0;
  return median + spread * normal + bent + (random.chance(slow) ? slowBy : 0);
}

/** Part of the samples below a logarithm. */
export function cumulative(value: number, { median, spread, tail, slow, slowBy }: HourShape): number {
  const main = (at: number) => {
    const plain = (at - median) / spread;
    if (tail === 0 || plain <= decile) return normalBelow(plain);
    return normalBelow(Math.max(decile, (at - median - Math.log(1 + tail)) / spread));
  };
  return (1 - slow) * main(value) + (slow === 0 ? 0 : slow * main(value - slowBy));
}

/** Abramowitz and Stegun 7.1.26; error below 2e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}

/** Knuth's method for few, a rounded normal for many. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * Math.log(random.duration(1, 1))));
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= random.next()) count++;
  return count;
}
