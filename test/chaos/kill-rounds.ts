import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { BeaconLoad } from './beacon-load.ts';
import { type ChaosOptions, type ChaosReport, ChaosRun } from './chaos-run.ts';
import { type DataFolder, makeDataFolder } from './data-folder.ts';
import type { SmallDisk } from './small-disk.ts';

/** Load before each kill lasts between these, milliseconds. */
const loadMs = [100, 1_500] as const;
const connections = 96;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Where the disk can be full, one round in so many is such. */
const oneFullDiskIn = 2;
const fullMs = [200, 1_500] as const;

/** Kills the product again and again in the middle of load, resends what was not answered, and compares what is stored. */
export async function runKillRounds(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await makeDataFolder('beaconhouse-kill-', options.smallDisk ?? false);
  const run = new ChaosRun(options);
  try {
    await writeFile(join(folder.dir, 'beaconhouse.yml'), run.houseConfig);
    while (run.goesOn) await oneRound(folder, run);
    const product = await StandaloneProcess.start({ dataDir: folder.dir });
    try {
      await finish(product, run);
      return await run.report(product);
    } finally {
      await product.kill('SIGTERM');
    }
  } finally {
    await folder.remove();
  }
}

async function oneRound({ dir, disk }: DataFolder, run: ChaosRun): Promise<void> {
  const product = await StandaloneProcess.start({ dataDir: dir });
  const sending = load(product, run, 'all');
  await pause(run.between(loadMs));
  const full = disk !== undefined && run.random() * oneFullDiskIn < 1;
  const freedBeforeKill = full && run.random() < 0.5;
  if (full) {
    await disk.fill();
    await pause(run.between(fullMs));
    if (freedBeforeKill) await freed(disk, product, run);
  }
  const stopping = sending.stop();
  await product.kill('SIGKILL');
  await stopping;
  if (full && !freedBeforeKill) await disk.free();
  run.roundOver(full ? `killed ${freedBeforeKill ? 'after' : 'on'} a full disk` : 'killed', sending);
}

/** How long the product may take to accept again when there is room again. */
const longestRefusalMs = 60_000;

/** The product must go on by itself. */
async function freed(disk: SmallDisk, product: StandaloneProcess, { book }: ChaosRun): Promise<void> {
  await disk.free();
  const [before, since] = [book.acknowledged, performance.now()];
  while (book.acknowledged < before + connections) {
    const ended = product.child.exitCode !== null || product.child.signalCode !== null;
    if (ended || performance.now() > since + longestRefusalMs) throw new Error(`a full disk ended the product's work:\n${product.output}`);
    await pause(50);
  }
}

async function finish(product: StandaloneProcess, run: ChaosRun): Promise<void> {
  const sending = load(product, run, 'open');
  await sending.finish();
  run.add(sending);
  await product.whenLoaded();
}

function load(product: StandaloneProcess, { script, book }: ChaosRun, what: 'all' | 'open'): BeaconLoad {
  return new BeaconLoad({ script, book, ports: [product.ports.http], connections }, what);
}
