interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets by name. A bucket may go into debt by one cost, so a beacon larger than the burst still passes once;
 * names seen least recently are forgotten above `maxNames`, which only ever gives tokens back.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly maxNames: number) {}

  /** 0 when the cost was taken, else the seconds until it can be. */
  take(name: string, cost: number, perSecond: number, burst: number, now: number): number {
    const bucket = this.#refilled(name, perSecond, burst, now);
    if (bucket.tokens <= 0) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= cost;
    return 0;
  }

  /** 0 when there are tokens, else the seconds until there are; takes none. */
  peek(name: string, perSecond: number, burst: number, now: number): number {
    const { tokens } = this.#refilled(name, perSecond, burst, now);
    return tokens > 0 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }

  #refilled(name: string, perSecond: number, burst: number, now: number): Bucket {
    const known = this.#buckets.get(name);
    const bucket = known ?? { tokens: burst, at: now };
    if (known) {
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
      bucket.at = Math.max(now, bucket.at);
      this.#buckets.delete(name);
    } else if (this.#buckets.size >= this.maxNames) {
      this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
