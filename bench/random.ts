import { seededRandom } from '../test/seed/seeded-random.ts';

/** Repeatable numbers: the same seed, the same traffic. */
export class Random {
  /** Evenly in [0, 1). */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Log-normal: measured durations are skewed to the right. `spread` is the standard deviation of the logarithm. */
  duration(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(spread * normal);
  }

  /** One of the list; each is taken about `decay` times as often as the one before it. */
  pick<Value>(values: readonly Value[], decay = 0.8): Value {
    for (const value of values) if (this.chance(1 - decay)) return value;
    return values[Math.floor(this.next() * values.length)]!;
  }

  hex(digits: number): string {
    let hex = '';
    while (hex.length < digits)
      hex += Math.floor(this.next() * 2 ** 32 + 2 ** 32)
        .toString(16)
        .slice(1);
    return hex.slice(0, digits);
  }
}
