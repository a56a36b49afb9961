import { stepFaults } from './block-steps.ts';
import { appsOf, type ClusterScene, type Fault, pause, pick, restartOne } from './cluster-scene.ts';
import type { TcpProxy } from './tcp-proxy.ts';

interface WeightedFault {
  /** How often it is made, beside the others: what takes long is rare. */
  readonly weight: number;
  readonly make: Fault;
}

/** Longer than a loader may be silent before its partitions are given to another. */
const zombieMs = 17_000;

/** What the world does to a cluster. */
const faults: Readonly<Record<string, WeightedFault>> = {
  'gateway killed': { weight: 8, make: (scene) => restartOne(scene, 'gateway', 'SIGKILL') },
  'gateway restarted': { weight: 4, make: (scene) => restartOne(scene, 'gateway', 'SIGTERM') },
  'loader killed': { weight: 8, make: (scene) => restartOne(scene, 'loader', 'SIGKILL') },
  'loader restarted': { weight: 4, make: (scene) => restartOne(scene, 'loader', 'SIGTERM') },
  'loader killed while the engine is slow': { weight: 4, make: killedWhileSlow },
  'loader frozen and thawed': { weight: 0.5, make: frozen },
  'rebalance storm': { weight: 2, make: rebalanceStorm },
  'broker killed': { weight: 2, make: brokerKilled },
  'broker restarted': { weight: 2, make: brokerRestarted },
  'engine killed': { weight: 6, make: engineKilled },
  'Redis killed': { weight: 6, make: redisKilled },
  "broker's answers dropped": { weight: 8, make: ({ wires, random }) => dropped(wires.kafka, 200 + random() * 2_500) },
  "broker's answers late": { weight: 10, make: ({ wires, random }) => late(wires.kafka, 50 + random() * 400) },
  "broker's connections reset": { weight: 16, make: async ({ wires }) => wires.kafka.reset() },
  "engine's answers dropped": { weight: 10, make: ({ wires, random }) => dropped(wires.engine, 200 + random() * 1_500) },
  "engine's answers late": { weight: 10, make: ({ wires, random }) => late(wires.engine, 50 + random() * 400) },
  "engine's connections reset": { weight: 16, make: async ({ wires }) => wires.engine.reset() },
  ...Object.fromEntries(stepFaults.map(([name, make]) => [name, { weight: 3, make }])),
};

/** By name; answers the name, and whether the fault could not be made. */
export async function makeFault(name: string, scene: ClusterScene): Promise<string> {
  return (await faults[name]!.make(scene)) === false ? `${name}: missed` : name;
}

/** Names for ever: each once, in any order, then by weight. */
export function* faultSchedule(random: () => number): Generator<string, never> {
  const names = Object.keys(faults);
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
