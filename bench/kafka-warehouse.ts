// npm run bench:kafka-warehouse [-- ROWS [PROFILE-FOLDER]]: one loader, from a real broker of twelve partitions to the engine behind
// its HTTP port. First freshness beside a gateway at a steady rate, then how fast a filled topic is emptied.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '../infra/native/app-process.ts';
import { NativeCluster } from '../infra/native/native-cluster.ts';
import { countRows } from './engine-question.ts';
import { fillTopic, generate } from './generate.ts';
import { cpuSecondsOf, memoryOf } from './process-usage.ts';
import { printTable } from './report.ts';
import { watchFreshness } from './watch-freshness.ts';

const rowsPerBeacon = 10;
const partitions = 12;
const topicPrefix = 'beaconhouse.';
const rows = Number(process.argv[2] ?? 2_000_000);
const profiles = process.argv[3];
const steadyRows = [5_000, 10_000];
const steadySeconds = 20;
const noApps = { gateway: 0, loader: 0, worker: 0, alerter: 0, api: 0 };
const unlimited = `
projects: [{ id: default, open: true, eventsPerSecond: 10000000, burst: 10000000 }]
limits: { connectionsPerAddress: 1000, eventsPerSecond: 10000000, requestsPerSecondPerPrefix: 1000000 }
`;

async function startLoader(cluster: NativeCluster): Promise<AppProcess> {
  const profile = profiles ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` } : {};
  return AppProcess.start({ app: 'loader', cwd: dir, env: { ...cluster.env, ...profile } });
}

async function untilStored(cluster: NativeCluster, wanted: number, withinMs: number): Promise<void> {
  const giveUp = performance.now() + withinMs;
  while ((await countRows(cluster.engine)) < wanted) {
    if (performance.now() > giveUp) throw new Error(`${wanted} rows were not stored within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function fresh(cluster: NativeCluster) {
  const gateway = await cluster.add('gateway');
  const loader = await startLoader(cluster);
  const steady = (beaconsPerSecond: number, seconds: number, seed: number) =>
    generate({ port: gateway.port, beaconsPerSecond, seconds, connections: 100, seed });
  const shown = [];
  let stored = 0;
  const warmUp = await steady(500, 20, 1);
  stored += warmUp.acknowledged * rowsPerBeacon;
  await untilStored(cluster, stored, 30_000);
  for (const [index, rowsPerSecond] of steadyRows.entries()) {
    const watch = watchFreshness(cluster.engine);
    const load = await steady(rowsPerSecond / rowsPerBeacon, steadySeconds, 2 + index);
    stored += load.acknowledged * rowsPerBeacon;
    await untilStored(cluster, stored, 30_000);
    const seen = await watch.end();
    shown.push({
      'rows/s offered': rowsPerSecond,
      'not 204': JSON.stringify(load.refused),
      'rows seen': seen.rows,
      'ack p99 ms': load.p99.toFixed(1),
      'received to visible p50 ms': seen.p50.toFixed(0),
      'p99 ms': seen.p99.toFixed(0),
      'longest ms': seen.longest.toFixed(0),
      'loader RSS MiB, peak': memoryOf(loader.process.child.pid!).peak,
    });
  }
  await gateway.process.end('SIGTERM');
  await loader.process.end('SIGTERM');
  cluster.apps.length = 0;
  printTable(`Freshness beside a gateway at a steady rate for ${steadySeconds} s; goal: p99 <= 3,000 ms`, shown);
  return stored;
}

async function empty(cluster: NativeCluster, before: number) {
  process.stderr.write(`filling the topic with ${rows} rows\n`);
  const order = { brokers: cluster.kafka.brokers, partitions, topicPrefix, beacons: rows / rowsPerBeacon, seed: 99 };
  const filled = await fillTopic(order);
  const loader = await startLoader(cluster);
  const pids = { loader: loader.process.child.pid!, engine: cluster.engine.process.child.pid!, kafka: cluster.kafka.process.child.pid! };
  const usage = () => Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)] as const);
  await untilStored(cluster, before + 1, 30_000);
  const [begun, first, cpuBefore] = [performance.now(), await countRows(cluster.engine), new Map(usage())];
  await untilStored(cluster, before + filled.rows, 300_000);
  const seconds = (performance.now() - begun) / 1_000;
  const moved = before + filled.rows - first;
  const micros = new Map(usage().map(([name, cpu]) => [name, ((cpu - cpuBefore.get(name)!) * 1e6) / moved]));
  const { peak } = memoryOf(pids.loader);
  await loader.process.end('SIGTERM');
  printTable(`Emptying a topic of ${filled.rows} rows with one loader; goal: >= 100,000 rows/s`, [
    {
      'rows/s': Math.round(moved / seconds),
      seconds: seconds.toFixed(1),
      'bytes a row': Math.round(filled.bytes / filled.rows),
      'loader CPU µs per row': micros.get('loader')!.toFixed(2),
      "loader's own limit, rows/s a core": Math.round(1e6 / micros.get('loader')!),
      'engine CPU µs per row': micros.get('engine')!.toFixed(2),
      'broker CPU µs per row': micros.get('kafka')!.toFixed(2),
      'cores busy': (([...micros.values()].reduce((sum, each) => sum + each, 0) * moved) / 1e6 / seconds).toFixed(2),
      'loader RSS MiB, peak': peak,
    },
  ]);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
await writeFile(join(dir, 'bench.yml'), unlimited);
const env = {
  KAFKA_PARTITIONS: String(partitions),
  KAFKA_TOPIC_PREFIX: topicPrefix,
  KAFKA_COMPRESSION: 'zstd',
  BEACONHOUSE_CONFIG: join(dir, 'bench.yml'),
  BEACONHOUSE_LOG_LEVEL: 'warn',
};
const cluster = await NativeCluster.start({ dir, apps: noApps, env });
try {
  await empty(cluster, profiles ? 0 : await fresh(cluster));
} finally {
  await cluster.kill();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
