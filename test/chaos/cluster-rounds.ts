import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppName } from '../../infra/native/app-process.ts';
import { freePort } from '../../infra/native/native-process.ts';
import { ClusterHouse } from '../e2e/cluster-house.ts';
import { makeBeacon, Sender, type SentBeacon } from './beacon-oracle.ts';
import { type Comparison, compareStored } from './stored-comparison.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface ClusterReport extends Comparison {
  readonly rounds: number;
  /** Beacons sent again because they were not acknowledged. */
  readonly resent: number;
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
}

export interface ClusterRoundsOptions {
  readonly rounds: number;
  /** In [0, 1): the same numbers give the same schedule of faults. */
  readonly random: () => number;
  readonly onRound?: (round: number, fault: string, acknowledged: number) => void;
}

interface Scene {
  readonly house: ClusterHouse;
  readonly wires: { readonly kafka: TcpProxy; readonly engine: TcpProxy };
  readonly random: () => number;
}

type Fault = (scene: Scene) => Promise<unknown>;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const senders = 12;
/** Load before and after a fault, milliseconds. */
const loadMs = { before: [100, 400], after: [100, 300] } as const;
/** Longer than a loader may be silent before its partitions are given to another. */
const zombieMs = 17_000;

/** What the world does to a cluster. Services come back under their addresses; a fault is over when its promise resolves. */
const faults: Readonly<Record<string, Fault>> = {
  'gateway killed': (scene) => restartOne(scene, 'gateway', 'SIGKILL'),
  'gateway restarted': (scene) => restartOne(scene, 'gateway', 'SIGTERM'),
  'loader killed': (scene) => restartOne(scene, 'loader', 'SIGKILL'),
  'loader restarted': (scene) => restartOne(scene, 'loader', 'SIGTERM'),
  'loader killed while the engine is slow': async (scene) => {
    scene.wires.engine.delay(300);
    await pause(400);
    await restartOne(scene, 'loader', 'SIGKILL');
    scene.wires.engine.pass();
  },
  'loader frozen and thawed': async ({ house, random }) => {
    const { process } = pick(appsOf(house, 'loader'), random);
    process.freeze();
    await pause(zombieMs);
    process.thaw();
  },
  'rebalance storm': async ({ house }) => {
    for (let n = 0; n < 2; n += 1) {
      const extra = await house.cluster.add('loader');
      await extra.process.end('SIGKILL');
      house.cluster.apps.splice(house.cluster.apps.indexOf(extra), 1);
    }
  },
  'broker killed': async ({ house: { cluster } }) => {
    await cluster.kafka.kill();
    cluster.kafka = await cluster.kafka.restart();
  },
  'broker restarted': async ({ house: { cluster } }) => {
    await cluster.kafka.stop();
    cluster.kafka = await cluster.kafka.restart();
  },
  'engine killed': async ({ house: { cluster } }) => {
    await cluster.engine.kill();
    cluster.engine = await cluster.engine.restart();
  },
  'Redis killed': async ({ house: { cluster } }) => {
    await cluster.redis.kill();
    cluster.redis = await cluster.redis.restart();
  },
  "broker's answers dropped": async ({ wires, random }) => {
    wires.kafka.drop();
    await pause(200 + random() * 3_000);
    wires.kafka.pass();
    wires.kafka.reset();
  },
  "broker's answers late": ({ wires, random }) => late(wires.kafka, 50 + random() * 400),
  "broker's connections reset": async ({ wires }) => wires.kafka.reset(),
  "engine's answers dropped": async ({ wires, random }) => {
    wires.engine.drop();
    await pause(200 + random() * 1_500);
    wires.engine.pass();
    wires.engine.reset();
  },
  "engine's answers late": ({ wires, random }) => late(wires.engine, 50 + random() * 400),
  "engine's connections reset": async ({ wires }) => wires.engine.reset(),
};

const faultNames = Object.keys(faults);

/** Faults in the middle of load, again and again; what was not acknowledged is sent again; then what is stored is compared. */
export async function runClusterRounds(options: ClusterRoundsOptions): Promise<ClusterReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-chaos-'));
  const [kafkaPort, enginePort] = [await freePort(), await freePort()];
  const wires = { kafka: await TcpProxy.open(() => kafkaPort), engine: await TcpProxy.open(() => enginePort) };
  const places = { kafka: { port: kafkaPort, proxy: wires.kafka.port }, engine: { port: enginePort, proxy: wires.engine.port } };
  try {
    const house = await ClusterHouse.start({ dataDir, wires: places, apps: { gateway: 2, loader: 2 } });
    return await rounds({ house, wires, random: options.random }, options);
  } finally {
    await Promise.all([wires.kafka.close(), wires.engine.close()]);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function rounds(scene: Scene, options: ClusterRoundsOptions): Promise<ClusterReport> {
  const { house } = scene;
  const beacons: SentBeacon[] = [];
  const made: Record<string, number> = {};
  let resent = 0;
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      const fault = pick(faultNames, options.random);
      made[fault] = (made[fault] ?? 0) + 1;
      resent += await oneRound(scene, beacons, faults[fault]!);
      options.onRound?.(round, fault, beacons.filter(({ acknowledged }) => acknowledged).length);
    }
    resent += await sendUntilAcknowledged(house, beacons);
    await house.whenLoaded();
    await untilAudited(house);
    return { rounds: options.rounds, resent, faults: made, ...(await compareStored(house, beacons)) };
  } finally {
    await house.cluster.kill();
  }
}

async function oneRound(scene: Scene, beacons: SentBeacon[], fault: Fault): Promise<number> {
  const { house, random } = scene;
  const open = beacons.filter(({ acknowledged }) => !acknowledged);
  let over = false;
  const gateways = appsOf(house, 'gateway').map(({ port }) => new Sender(port, senders));
  const worker = async (_: unknown, index: number) => {
    const sender = gateways[index % gateways.length]!;
    while (!over) {
      const beacon = makeBeacon(beacons.length);
      beacons.push(beacon);
      await sender.send(beacon);
      // An address that refuses connections would be asked thousands of times.
      if (!beacon.acknowledged) await pause(20);
    }
  };
  const load = Promise.all([
    ...Array.from({ length: senders }, worker),
    ...open.map((beacon, n) => gateways[n % gateways.length]!.send(beacon)),
  ]);
  await pause(between(loadMs.before, random));
  await fault(scene);
  await pause(between(loadMs.after, random));
  over = true;
  await load;
  for (const sender of gateways) sender.close();
  return open.length;
}

/** To another gateway each time, as a load balancer would. */
async function sendUntilAcknowledged(house: ClusterHouse, beacons: readonly SentBeacon[]): Promise<number> {
  let resent = 0;
  for (let turn = 0; ; turn += 1) {
    const open = beacons.filter(({ acknowledged }) => !acknowledged);
    if (open.length === 0) return resent;
    const gateways = appsOf(house, 'gateway');
    const sender = new Sender(gateways[turn % gateways.length]!.port, senders);
    await Promise.all(open.map((beacon) => sender.send(beacon)));
    sender.close();
    resent += open.length;
    await pause(50);
  }
}

/** The worker completes the ledger within two minutes of silence; one that stays uneven is for the comparison to show. */
async function untilAudited(house: ClusterHouse): Promise<void> {
  for (const deadline = performance.now() + 150_000; performance.now() < deadline; await pause(500)) {
    const { ledgerDifference } = await compareStored(house, []);
    if (ledgerDifference === 0) return;
  }
}

async function restartOne({ house, random }: Scene, app: AppName, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await house.cluster.restartApp(pick(appsOf(house, app), random), signal);
}

async function late(wire: TcpProxy, ms: number): Promise<void> {
  wire.delay(ms);
  await pause(1_000);
  wire.pass();
}

function appsOf({ cluster }: ClusterHouse, app: AppName) {
  return cluster.apps.filter((running) => running.app === app);
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)]!;
}

function between([least, most]: readonly [number, number], random: () => number): number {
  return least + random() * (most - least);
}
