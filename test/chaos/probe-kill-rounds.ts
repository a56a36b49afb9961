import { existsSync } from 'node:fs';
import { LocalPages } from '../../libs/probe/src/run/local-pages.contract.ts';
import { processesOf } from '../../libs/probe/src/run/processes/process-table.ts';
import { runFolders, type SeenRun, seenRun } from '../../libs/probe/src/run/run-processes.contract.ts';
import { seededRandom } from '../seed/seeded-random.ts';
import { ProbeWorker } from './probe-worker.ts';
import { zombies } from './zombies.ts';

export const probeFaults = ['nothing', 'the run', 'Chromium', 'a page', 'in order', 'the worker', 'the worker and the run'] as const;
type ProbeFault = (typeof probeFaults)[number];

export interface ProbeKillOptions {
  readonly rounds: number;
  /** The same seed makes the same schedule of faults. */
  readonly seed: number;
  readonly onRound?: (round: number, fault: ProbeFault, outcome: string) => void;
}

export interface ProbeKillReport {
  readonly rounds: number;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  /** How runs ended, by reason; `killed` with their worker. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Runs that only the next worker's sweep cleared: their worker and their process were both killed. */
  readonly swept: number;
  /** What was still there when it must not be: processes and folders by round. */
  readonly left: readonly string[];
  /** Processes that ended and that nobody asked for, whose parent is a worker: init's own it takes in time. */
  readonly zombies: number;
}

/** Over the longest time that a small page takes on a busy machine. */
const latestKillMs = 8_000;
/** A process of a run whose worker is gone must notice and clear it. */
const longestClearMs = 20_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills runs at random moments in random ways, and looks for what is left of each. */
export async function runProbeKills({ rounds, seed, onRound }: ProbeKillOptions): Promise<ProbeKillReport> {
  const random = seededRandom(seed);
  const pages = await LocalPages.serve('http://127.0.0.1:9');
  const scene = new KillScene(pages, (await ProbeWorker.start()).worker);
  const began = performance.now();
  for (let round = 1; round <= rounds; round += 1) {
    const fault = round <= probeFaults.length ? probeFaults[round - 1]! : probeFaults[Math.floor(random() * probeFaults.length)]!;
    onRound?.(round, fault, await scene.round(fault, random() * latestKillMs, round));
  }
  const { faults, outcomes, swept, left } = scene;
  const unreaped = zombies(scene.worker.pid).length + zombies(process.pid).length;
  await scene.worker.kill();
  await pages.close();
  return { rounds, seconds: (performance.now() - began) / 1_000, faults, outcomes, swept, left, zombies: unreaped };
}

class KillScene {
  readonly faults: Record<string, number> = {};
  readonly outcomes: Record<string, number> = {};
  readonly left: string[] = [];
  swept = 0;

  constructor(
    private readonly pages: LocalPages,
    public worker: ProbeWorker,
  ) {}

  async round(fault: ProbeFault, afterMs: number, round: number): Promise<string> {
    const owner = this.worker.pid;
    const running = this.worker.run(this.pages.plan('/'));
    await Promise.race([running, this.#begun(owner).then(() => pause(afterMs))]);
    const folders = runFolders(owner);
    await this.#strike(fault, seenRun(owner));
    const outcome = await running;
    // It may have answered just before it was killed.
    if (outcome === 'killed' || !this.worker.isThere) await this.#afterTheWorker(folders);
    this.#look([...folders, ...runFolders(owner)], round, fault);
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
    const kind = outcome.split(' ')[0]!;
    this.outcomes[kind] = (this.outcomes[kind] ?? 0) + 1;
    return outcome;
  }

  /** A run waits for its turn on the machine before. */
  async #begun(owner: number): Promise<void> {
    while (runFolders(owner).length === 0 && this.worker.isThere) await pause(10);
  }

  async #strike(fault: ProbeFault, seen: SeenRun | undefined): Promise<void> {
    const kill = (pid: number | undefined) => pid !== undefined && process.kill(pid, 'SIGKILL');
    if (fault === 'in order') this.worker.abort();
    if (fault === 'the run' || fault === 'the worker and the run') kill(seen?.child);
    if (fault === 'Chromium') kill(seen?.browser);
    if (fault === 'a page') kill(seen?.page);
    if (fault.startsWith('the worker')) await this.worker.kill();
  }

  /** The process of the run clears up by itself; where it is gone too, the next worker does. */
  async #afterTheWorker(folders: readonly string[]): Promise<void> {
    const due = performance.now() + longestClearMs;
    while (folders.some((folder) => processesOf(folder).length > 0) && performance.now() < due) await pause(50);
    const { worker, swept } = await ProbeWorker.start();
    this.worker = worker;
    this.swept += swept;
  }

  #look(folders: readonly string[], round: number, fault: ProbeFault): void {
    for (const folder of new Set(folders)) {
      const processes = processesOf(folder);
      if (processes.length > 0) this.left.push(`round ${round}, ${fault}: processes ${processes.join(', ')}`);
      if (existsSync(folder)) this.left.push(`round ${round}, ${fault}: ${folder}`);
    }
  }
}
