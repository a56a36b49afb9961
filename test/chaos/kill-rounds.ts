import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { makeBeacon, Sender, type SentBeacon } from './beacon-oracle.ts';
import { type Comparison, compareStored } from './stored-comparison.ts';

export interface KillReport extends Comparison {
  readonly rounds: number;
  /** Beacons that were resent because a kill swallowed their answer. */
  readonly resent: number;
}

export interface KillOptions {
  readonly rounds: number;
  /** Load before each kill lasts between these, milliseconds. */
  readonly loadMs: readonly [number, number];
  /** In [0, 1): the same numbers give the same schedule of kills. */
  readonly random: () => number;
  readonly onRound?: (round: number, acknowledged: number) => void;
}

/** Kills the product again and again in the middle of load, resends what was not answered, and compares what is stored. */
export async function runKillRounds(options: KillOptions): Promise<KillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-kill-'));
  const beacons: SentBeacon[] = [];
  let resent = 0;
  try {
    for (let round = 0; round < options.rounds; round++) {
      const product = await StandaloneProcess.start({ dataDir });
      resent += await oneRound(product, beacons, options);
      options.onRound?.(round, beacons.filter(({ acknowledged }) => acknowledged).length);
    }
    const product = await StandaloneProcess.start({ dataDir });
    try {
      resent += await resend(product, beacons);
      await product.whenLoaded();
      return { rounds: options.rounds, resent, ...(await compareStored(product, beacons)) };
    } finally {
      await product.kill('SIGTERM');
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function oneRound(product: StandaloneProcess, beacons: SentBeacon[], { loadMs, random }: KillOptions): Promise<number> {
  const repeats = resend(
    product,
    beacons.filter(({ acknowledged }) => !acknowledged),
  );
  const [least, most] = loadMs;
  let killed = false;
  const kill = new Promise((resolve) => setTimeout(resolve, least + random() * (most - least))).then(() => {
    killed = true;
    return product.kill('SIGKILL');
  });
  const sender = new Sender(product.ports.http);
  const worker = async () => {
    while (!killed) {
      const beacon = makeBeacon(beacons.length);
      beacons.push(beacon);
      await sender.send(beacon);
    }
  };
  await Promise.all([kill, ...Array.from({ length: 16 }, worker)]);
  sender.close();
  return repeats;
}

async function resend(product: StandaloneProcess, beacons: readonly SentBeacon[]): Promise<number> {
  const open = beacons.filter(({ acknowledged }) => !acknowledged);
  const sender = new Sender(product.ports.http, 8);
  await Promise.all(open.map((beacon) => sender.send(beacon)));
  sender.close();
  return open.length;
}
