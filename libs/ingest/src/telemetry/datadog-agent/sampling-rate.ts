/** How a rate moves: half of it after a refusal, a tenth more for every ten seconds without one. */
const movement = { down: 0.5, up: 1.1, everyMs: 10_000, least: 0.01 } as const;
const mostProjects = 10_000;

interface Rate {
  share: number;
  movedAt: number;
  refusedAt: number;
}

/**
 * The share of traces that tracers are asked to keep, by project: the one thing an agent's answer can say against too many. Tracers write it onto what
 * they keep, so that counts stay right. Time comes in as an argument.
 */
export class SamplingRate {
  readonly #rates = new Map<string, Rate>();

  refused(project: string, now: number): void {
    const rate = this.#rates.get(project) ?? { share: 1, movedAt: Number.NEGATIVE_INFINITY, refusedAt: now };
    rate.refusedAt = now;
    if (now - rate.movedAt >= movement.everyMs)
      Object.assign(rate, { share: Math.max(movement.least, rate.share * movement.down), movedAt: now });
    if (this.#rates.size < mostProjects || this.#rates.has(project)) this.#rates.set(project, rate);
  }

  of(project: string, now: number): number {
    const rate = this.#rates.get(project);
    if (!rate) return 1;
    const steps = Math.floor((now - Math.max(rate.movedAt, rate.refusedAt)) / movement.everyMs);
    if (steps > 0) Object.assign(rate, { share: rate.share * movement.up ** steps, movedAt: now });
    if (rate.share < 1) return rate.share;
    this.#rates.delete(project);
    return 1;
  }
}
