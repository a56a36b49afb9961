/** Acknowledged beacons of late that may be sent once more on purpose. */
const recentCount = 4_096;

/** What became of every beacon of a run: one bit each, and the few that must be sent again. */
export class BeaconBook {
  #bits = new Uint8Array(1 << 16);
  readonly #recent = new Uint32Array(recentCount);
  /** Sent, not acknowledged, and not under way. */
  readonly open = new Set<number>();
  #sent = 0;
  #acknowledged = 0;

  /** Serial numbers 0 to this, without it, were given out. */
  get sent(): number {
    return this.#sent;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  next(): number {
    return this.#sent++;
  }

  /** One that was not acknowledged; it is under way from now on. */
  takeOpen(): number | undefined {
    const [n] = this.open;
    if (n !== undefined) this.open.delete(n);
    return n;
  }

  /** One that was acknowledged lately. */
  recent(random: number): number | undefined {
    const filled = Math.min(this.#acknowledged, recentCount);
    return filled === 0 ? undefined : this.#recent[Math.floor(random * filled)];
  }

  isAcknowledged(n: number): boolean {
    return ((this.#bits[n >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }

  settle(n: number, acknowledged: boolean): void {
    if (this.isAcknowledged(n)) return;
    if (!acknowledged) {
      this.open.add(n);
      return;
    }
    this.open.delete(n);
    this.#mark(n);
    this.#recent[this.#acknowledged % recentCount] = n;
    this.#acknowledged += 1;
  }

  #mark(n: number): void {
    if (n >> 3 >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(this.#bits.length * 2, (n >> 3) + 1));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[n >> 3]! |= 1 << (n & 7);
  }
}
