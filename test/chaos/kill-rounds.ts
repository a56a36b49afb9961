import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { BeaconLoad } from './beacon-load.ts';
import { type ChaosOptions, type ChaosReport, ChaosRun } from './chaos-run.ts';

/** Load before each kill lasts between these, milliseconds. */
const loadMs = [100, 1_500] as const;
const connections = 96;

/** Kills the product again and again in the middle of load, resends what was not answered, and compares what is stored. */
export async function runKillRounds(options: ChaosOptions): Promise<ChaosReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-kill-'));
  const run = new ChaosRun(options);
  try {
    await writeFile(join(dataDir, 'beaconhouse.yml'), run.houseConfig);
    while (run.goesOn) await oneRound(dataDir, run);
    const product = await StandaloneProcess.start({ dataDir });
    try {
      await load(product, run, 'open').finish();
      await product.whenLoaded();
      return await run.report(product);
    } finally {
      await product.kill('SIGTERM');
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function oneRound(dataDir: string, run: ChaosRun): Promise<void> {
  const product = await StandaloneProcess.start({ dataDir });
  const sending = load(product, run, 'all');
  await new Promise((resolve) => setTimeout(resolve, run.between(loadMs)));
  const stopping = sending.stop();
  await product.kill('SIGKILL');
  await stopping;
  run.roundOver('killed', sending);
}

function load(product: StandaloneProcess, { script, book }: ChaosRun, what: 'all' | 'open'): BeaconLoad {
  return new BeaconLoad({ script, book, ports: [product.ports.http], connections }, what);
}
