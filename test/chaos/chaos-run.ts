import { seededRandom } from '../seed/seeded-random.ts';
import { BeaconBook } from './beacon-book.ts';
import type { BeaconCounts, BeaconLoad } from './beacon-load.ts';
import { BeaconScript } from './beacon-script.ts';
import { type AskedHouse, type Comparison, compareStored } from './stored-comparison.ts';

export interface ChaosOptions {
  readonly rounds: number;
  /** The same seed makes the same schedule of faults. */
  readonly seed: number;
  /** Ends the rounds early; what was sent until then is compared. */
  readonly minutes?: number;
  /** Of a cluster's faults, those with this in their names; all when absent. */
  readonly only?: string;
  /** The data stand on a disk of their own, which is made full now and then; needs the right to mount one. */
  readonly smallDisk?: boolean;
  readonly onRound?: (progress: Progress) => void;
}

export interface Progress {
  readonly round: number;
  readonly fault: string;
  readonly acknowledged: number;
  readonly seconds: number;
}

export interface ChaosReport extends Comparison, BeaconCounts {
  readonly rounds: number;
  readonly seconds: number;
  /** Folders of data and logs of a run that was not sound. */
  readonly kept?: readonly string[];
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
  /** Answers of gateways; 0 for connections that broke. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** The schedule, the beacons and the counts of one run. */
export class ChaosRun {
  readonly book = new BeaconBook();
  readonly script: BeaconScript;
  readonly random: () => number;
  /** A gateway's bounds per network are for many clients; here one machine sends everything. */
  readonly houseConfig = 'limits:\n  requestsPerSecondPerPrefix: 1000000\n  eventsPerSecond: 1000000\n';
  readonly #options: ChaosOptions;
  readonly #began = performance.now();
  readonly #faults: Record<string, number> = {};
  readonly #counts: BeaconCounts = { resent: 0, repeated: 0, twins: 0 };
  readonly #statuses: Record<string, number> = {};
  #rounds = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.script = new BeaconScript(Date.now(), options.seed);
    this.random = seededRandom(options.seed);
  }

  get goesOn(): boolean {
    const { rounds, minutes = Number.POSITIVE_INFINITY } = this.#options;
    return this.#rounds < rounds && this.#seconds < minutes * 60;
  }

  between([least, most]: readonly [number, number]): number {
    return least + this.random() * (most - least);
  }

  /** `load` is given where it ended with the round. */
  roundOver(fault: string, load?: BeaconLoad): void {
    this.#rounds += 1;
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    if (load) this.add(load);
    this.#options.onRound?.({ round: this.#rounds, fault, acknowledged: this.book.acknowledged, seconds: this.#seconds });
  }

  /** The counts of a load that has ended. */
  add({ counts, statuses }: BeaconLoad): void {
    for (const kind of ['resent', 'repeated', 'twins'] as const) this.#counts[kind] += counts[kind];
    for (const [status, count] of statuses) this.#statuses[status] = (this.#statuses[status] ?? 0) + count;
  }

  async report(house: AskedHouse): Promise<ChaosReport> {
    const told = { rounds: this.#rounds, seconds: this.#seconds, faults: this.#faults, statuses: this.#statuses };
    return { ...told, ...this.#counts, ...(await compareStored(house, this.script, this.book)) };
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1_000;
  }
}
