import { pooled } from './histogram.ts';
import type { Deploy, HourCounts, SeriesKind } from './series.ts';

/** What is known of one stratum, hour by hour. */
export class StratumData {
  readonly #hours = new Map<number, HourCounts>();

  /** Undefined: nothing came in that hour, or the hour is lost. */
  at(hour: number): HourCounts | undefined {
    return this.#hours.get(hour);
  }

  /** Hours [from, to) together, by bin. */
  between(from: number, to: number): Map<number, number> {
    return pooled(Array.from({ length: Math.max(0, to - from) }, (_, i) => this.#hours.get(from + i)));
  }

  /** What is given is kept, not copied. */
  add(hour: number, given: HourCounts): void {
    const known = this.#hours.get(hour);
    this.#hours.set(hour, known ? joined(known, given) : given);
  }
}

function joined(one: HourCounts, other: HourCounts): HourCounts {
  const sums = pooled([one, other]);
  return { bins: [...sums.keys()], counts: [...sums.values()] };
}

/** What is known of a series at some moment; late rows are added to their hour when they come. */
export class SeriesData {
  readonly strata: StratumData[] = [];
  readonly deploys: Deploy[] = [];
  /** Hours that changed since somebody last looked. */
  readonly changed = new Set<number>();

  readonly kind: SeriesKind;
  /** Ratio of a bin's bounds. */
  readonly gamma: number;

  constructor(kind: SeriesKind, gamma: number) {
    this.kind = kind;
    this.gamma = gamma;
  }

  add(hour: number, stratum: number, counts: HourCounts): void {
    while (this.strata.length <= stratum) this.strata.push(new StratumData());
    if (counts.bins.length === 0) return;
    this.strata[stratum]!.add(hour, counts);
    this.changed.add(hour);
  }
}
