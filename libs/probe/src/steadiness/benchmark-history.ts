import { median } from './median.ts';

/** Runs of this runner that its usual speed is taken from. */
const remembered = 30;
/** Fewer say nothing of what is usual. */
const leastRemembered = 5;
const tolerated = 0.2;
/** Below it a machine is too slow to be slowed down further to the speed of a phone. */
const leastForMobile = 1_000;

/** How fast one runner usually is, by the benchmark indices of its last runs. */
export class BenchmarkHistory {
  readonly #indices: number[];

  /** Oldest first. */
  constructor(indices: readonly number[] = []) {
    this.#indices = indices.slice(-remembered);
  }

  get indices(): readonly number[] {
    return this.#indices;
  }

  /** Of the last 30 runs; null where there are fewer than 5. */
  get usual(): number | null {
    return this.#indices.length < leastRemembered ? null : median(this.#indices);
  }

  /** Whether a run was measured while the machine was more than a fifth slower or faster than usual. */
  isNoisy(index: number): boolean {
    const usual = this.usual;
    return usual !== null && Math.abs(index - usual) > tolerated * usual;
  }

  /** Every run belongs here, noisy or not: a machine that has become another is the usual one after half of the 30. */
  note(index: number): void {
    this.#indices.push(index);
    if (this.#indices.length > remembered) this.#indices.shift();
  }

  get unfitForMobile(): boolean {
    const usual = this.usual;
    return usual !== null && usual < leastForMobile;
  }
}
