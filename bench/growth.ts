// npm run bench:growth: what more partitions and longer waiting cost and bring; writes bench/pictures/growth.svg.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '../infra/native/app-process.ts';
import { NativeCluster } from '../infra/native/native-cluster.ts';
import { countRows } from './engine-question.ts';
import { fillTopic, generate, publishSteadily } from './generate.ts';
import { linePicture } from './line-picture.ts';
import { cpuSecondsOf } from './process-usage.ts';
import { printTable } from './report.ts';

const rowsPerBeacon = 10;
const partitionCounts = [1, 3, 12, 48];
const lingers = [1, 5, 20, 50];
const lingerPartitions = 12;
const steady = { beaconsPerSecond: 500, seconds: 12 };
const loadedBeacons = Number(process.argv[2] ?? 40_000);
const picture = join(import.meta.dirname, 'pictures/growth.svg');
const noApps = { gateway: 0, loader: 0, worker: 0, alerter: 0, api: 0 };
const unlimited = `
projects: [{ id: default, open: true, eventsPerSecond: 10000000, burst: 10000000 }]
limits: { connectionsPerAddress: 1000, eventsPerSecond: 10000000, requestsPerSecondPerPrefix: 1000000 }
`;

/** Each count of partitions has topics and groups of its own. */
const place = (partitions: number) => ({ KAFKA_PARTITIONS: String(partitions), KAFKA_TOPIC_PREFIX: `p${partitions}.` });

async function gatewayCpu(partitions: number): Promise<number> {
  const gateway = await AppProcess.start({ app: 'gateway', cwd: dir, env: { ...cluster.env, ...place(partitions) } });
  const load = (seed: number, seconds: number) =>
    generate({ port: gateway.port, beaconsPerSecond: steady.beaconsPerSecond, seconds, connections: 200, seed });
  await load(partitions * 10, steady.seconds);
  const before = cpuSecondsOf(gateway.process.child.pid!);
  const { acknowledged } = await load(partitions * 10 + 1, steady.seconds);
  const micros = ((cpuSecondsOf(gateway.process.child.pid!) - before) * 1e6) / (acknowledged * rowsPerBeacon);
  await gateway.process.end('SIGTERM');
  return micros;
}

/** Rows a second and CPU a row of one loader, from its first stored block to its last. */
async function loaderRate(partitions: number): Promise<{ rate: number; micros: number }> {
  const before = await countRows(cluster.engine);
  const { brokers } = cluster.kafka;
  const topicPrefix = `fill${partitions}.`;
  const filled = await fillTopic({ brokers, partitions, topicPrefix, beacons: loadedBeacons, seed: 1_000 + partitions });
  const env = { ...cluster.env, ...place(partitions), KAFKA_TOPIC_PREFIX: topicPrefix };
  const loader = await AppProcess.start({ app: 'loader', cwd: dir, env });
  const { pid } = loader.process.child;
  await untilRows(before + 1);
  const [begun, first, cpu] = [performance.now(), await countRows(cluster.engine), cpuSecondsOf(pid!)];
  await untilRows(before + filled.rows);
  const moved = before + filled.rows - first;
  const rate = moved / ((performance.now() - begun) / 1_000);
  const micros = ((cpuSecondsOf(pid!) - cpu) * 1e6) / moved;
  await loader.process.end('SIGTERM');
  return { rate, micros };
}

async function untilRows(wanted: number): Promise<void> {
  const giveUp = performance.now() + 120_000;
  while ((await countRows(cluster.engine)) < wanted) {
    if (performance.now() > giveUp) throw new Error(`${wanted} rows were not stored in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function publishCpu(lingerMs: number): Promise<number> {
  const order = { brokers: cluster.kafka.brokers, partitions: lingerPartitions, topicPrefix: 'linger.', lingerMs, ...steady };
  return (await publishSteadily(order)).cpuMicrosPerBeacon / rowsPerBeacon;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
await writeFile(join(dir, 'bench.yml'), unlimited);
const env = { KAFKA_COMPRESSION: 'zstd', BEACONHOUSE_CONFIG: join(dir, 'bench.yml'), BEACONHOUSE_LOG_LEVEL: 'warn' };
const cluster = await NativeCluster.start({ dir, apps: noApps, env });
try {
  const byPartitions = [];
  for (const partitions of partitionCounts) {
    const row = { partitions, gateway: await gatewayCpu(partitions), loader: await loaderRate(partitions) };
    process.stderr.write(`${JSON.stringify(row)}\n`);
    byPartitions.push(row);
  }
  const byLinger = [];
  for (const lingerMs of lingers) byLinger.push({ x: lingerMs, y: await publishCpu(lingerMs) });
  printTable(
    `By partitions: a gateway at ${steady.beaconsPerSecond * rowsPerBeacon} rows/s, then a loader with ${loadedBeacons * rowsPerBeacon} rows before it`,
    byPartitions.map(({ partitions, gateway, loader }) => ({
      partitions,
      'gateway CPU µs per event': gateway.toFixed(1),
      'loader rows/s': Math.round(loader.rate),
      'loader CPU µs per row': loader.micros.toFixed(2),
    })),
  );
  printTable(
    `By linger: publishing alone, ${steady.beaconsPerSecond} messages/s, ${lingerPartitions} partitions`,
    byLinger.map(({ x, y }) => ({ 'linger ms': x, 'CPU µs per event': y.toFixed(1) })),
  );
  const across = 'partitions';
  const panels = [
    { title: 'Gateway', unit: 'CPU µs per event', across, points: byPartitions.map((row) => ({ x: row.partitions, y: row.gateway })) },
    { title: 'Loader', unit: 'rows a second', across, points: byPartitions.map((row) => ({ x: row.partitions, y: row.loader.rate })) },
    { title: 'Publishing alone', unit: 'CPU µs per event', across: 'linger, ms', points: byLinger },
  ];
  const caption = `Ten events a beacon; gateway and publishing at ${steady.beaconsPerSecond} beacons/s, ${lingerPartitions} partitions where not said; all on one machine.`;
  await mkdir(join(picture, '..'), { recursive: true });
  await writeFile(picture, linePicture(caption, panels));
} finally {
  await cluster.kill();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
