import { stepFaults } from './block-steps.ts';
import { appsOf, type ClusterScene, type Fault, pause, pick, restartOne } from './cluster-scene.ts';
import type { TcpProxy } from './tcp-proxy.ts';

interface WeightedFault {
  /** How often it is made, beside the others: what takes long is rare. */
  readonly weight: number;
  readonly make: Fault;
  /** Only where the data folder can be made full. */
  readonly needsDisk?: true;
}

/** Longer than a loader may be silent before its partitions are given to another. */
const zombieMs = 17_000;

/** What the world does to a cluster. */
const faults: Readonly<Record<string, WeightedFault>> = {
  'gateway killed': { weight: 8, make: (scene) => restartOne(scene, 'gateway', 'SIGKILL') },
  'gateway restarted': { weight: 4, make: (scene) => restartOne(scene, 'gateway', 'SIGTERM') },
  'loader killed': { weight: 3, make: (scene) => restartOne(scene, 'loader', 'SIGKILL') },
  'loader restarted': { weight: 3, make: (scene) => restartOne(scene, 'loader', 'SIGTERM') },
  'loader killed while the engine is slow': { weight: 1.5, make: killedWhileSlow },
  'loader frozen and thawed': { weight: 0.2, make: frozen },
  'rebalance storm': { weight: 0.7, make: rebalanceStorm },
  'broker killed': { weight: 1, make: brokerKilled },
  'broker restarted': { weight: 1, make: brokerRestarted },
  'engine killed': { weight: 5, make: engineKilled },
  'Redis killed': { weight: 8, make: redisKilled },
  "broker's answers dropped": { weight: 8, make: ({ wires, random }) => dropped(wires.kafka, 200 + random() * 2_500) },
  "broker's answers late": { weight: 8, make: ({ wires, random }) => late(wires.kafka, 50 + random() * 400) },
  "broker's connections reset": { weight: 20, make: async ({ wires }) => wires.kafka.reset() },
  "engine's answers dropped": { weight: 8, make: ({ wires, random }) => dropped(wires.engine, 200 + random() * 1_500) },
  "engine's answers late": { weight: 8, make: ({ wires, random }) => late(wires.engine, 50 + random() * 400) },
  "engine's connections reset": { weight: 20, make: async ({ wires }) => wires.engine.reset() },
  'schema changed while apps restart': { weight: 0.3, make: schemaChanged },
  'disk full': { weight: 1, make: diskFull, needsDisk: true },
  ...Object.fromEntries(stepFaults.map(([name, make]) => [name, { weight: 0.4, make }])),
};

/** By name; answers the name, and whether the fault could not be made. */
export async function makeFault(name: string, scene: ClusterScene): Promise<string> {
  return (await faults[name]!.make(scene)) === false ? `${name}: missed` : name;
}

interface ScheduleOptions {
  readonly hasDisk: boolean;
  /** Part of the names of the faults that are wanted. */
  readonly only: string;
}

/** Names for ever: each once, in any order, then by weight. */
export function* faultSchedule(random: () => number, { hasDisk, only }: ScheduleOptions): Generator<string, never> {
  const possible = Object.keys(faults).filter((name) => hasDisk || !faults[name]!.needsDisk);
  const names = possible.filter((name) => name.includes(only));
  for (const left = [...names]; left.length > 0; ) yield left.splice(Math.floor(random() * left.length), 1)[0]!;
  const upTo = names.map((_, index) => names.slice(0, index + 1).reduce((sum, name) => sum + faults[name]!.weight, 0));
  for (;;) {
    const at = random() * upTo.at(-1)!;
    yield names[upTo.findIndex((end) => at < end)]!;
  }
}

async function killedWhileSlow(scene: ClusterScene): Promise<void> {
  scene.wires.engine.delay(300);
  await pause(400);
  await restartOne(scene, 'loader', 'SIGKILL');
  scene.wires.engine.pass();
}

async function frozen({ house, random }: ClusterScene): Promise<void> {
  const { process } = pick(appsOf(house, 'loader'), random);
  process.freeze();
  await pause(zombieMs);
  process.thaw();
}

async function rebalanceStorm({ house: { cluster } }: ClusterScene): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    const extra = await cluster.add('loader');
    await extra.process.end('SIGKILL');
    cluster.apps.splice(cluster.apps.indexOf(extra), 1);
  }
}

async function brokerKilled({ house: { cluster } }: ClusterScene): Promise<void> {
  await cluster.kafka.kill();
  cluster.kafka = await cluster.kafka.restart();
}

async function brokerRestarted({ house: { cluster } }: ClusterScene): Promise<void> {
  await cluster.kafka.stop();
  cluster.kafka = await cluster.kafka.restart();
}

async function engineKilled({ house: { cluster } }: ClusterScene): Promise<void> {
  await cluster.engine.kill();
  cluster.engine = await cluster.engine.restart();
}

async function redisKilled({ house: { cluster } }: ClusterScene): Promise<void> {
  await cluster.redis.kill();
  cluster.redis = await cluster.redis.restart();
}

async function dropped(wire: TcpProxy, ms: number): Promise<void> {
  wire.drop();
  await pause(ms);
  wire.pass();
  wire.reset();
}

async function late(wire: TcpProxy, ms: number): Promise<void> {
  wire.delay(ms);
  await pause(1_000);
  wire.pass();
}

/** As a release does: the table learns a column first, then every process that knows it comes. */
async function schemaChanged({ house }: ClusterScene): Promise<void> {
  const column = `chaos_${Date.now()}`;
  for (const table of ['rum_events', 'rum_events_check']) await house.ask(`ALTER TABLE ${table} ADD COLUMN ${column} String DEFAULT ''`);
  for (const app of ['gateway', 'loader'] as const)
    for (const running of appsOf(house, app)) await house.cluster.restartApp(running, 'SIGTERM');
}

/** A broker that cannot write to its log ends itself; everything else waits. */
async function diskFull({ house: { cluster }, disk, random }: ClusterScene): Promise<void> {
  await disk!.fill();
  await pause(500 + random() * 2_000);
  await disk!.free();
  // The broker gives up its log a moment after the write that failed.
  await pause(1_000);
  if (cluster.kafka.process.ended) cluster.kafka = await cluster.kafka.restart();
  if (cluster.engine.process.ended) cluster.engine = await cluster.engine.restart();
  if (cluster.redis.process.ended) cluster.redis = await cluster.redis.restart();
  for (const app of [...cluster.apps]) if (app.process.ended) await cluster.restartApp(app, 'SIGKILL');
}
