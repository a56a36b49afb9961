// npm run bench:overload [-- unbounded]: a gateway in front of a real broker is offered three times the beacons that it holds, then half of them.
// `unbounded` leaves out what bounds the beacons under way.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '../infra/native/app-process.ts';
import { NativeKafka } from '../infra/native/native-kafka.ts';
import { generate } from './generate.ts';
import type { Answer, LoadResult } from './open-loop.ts';
import { memoryOf } from './process-usage.ts';
import { percentile, printTable } from './report.ts';

const goal = { ackP99Ms: 150, refusalP99Ms: 20, ratio: 2, recoverySeconds: 10 };
const connections = 1_000;
const warmUp = { beaconsPerSecond: 300, seconds: 20 };
const search = { from: 300, factor: 1.3, most: 20_000, seconds: 6, tries: 2 };
const flood = { factor: 3, seconds: 20 };
const after = { factor: 0.5, seconds: 15 };
/** Of everything the intake bounds by rate, nothing stops the generator: only what the process notices itself. */
const config = `
projects: [{ id: default, open: true, eventsPerSecond: 10000000, burst: 10000000 }]
limits: { connectionsPerAddress: 5000, connections: 5000, eventsPerSecond: 10000000, requestsPerSecondPerPrefix: 1000000${process.argv[2] === 'unbounded' ? ', beaconsUnderWay: 1000000, storeTargetMs: 1000000' : ''} }
`;

let seed = 0;

function offer(
  gateway: AppProcess,
  load: { beaconsPerSecond: number; seconds: number; then?: { beaconsPerSecond: number; seconds: number } },
) {
  seed += 1;
  return generate({ port: gateway.port, connections, seed, detailed: true, ...load });
}

const held = ({ p99, refused }: LoadResult) => p99 <= goal.ackP99Ms && Object.keys(refused).length === 0;

/** The highest of growing rates that was held; a pause of the machine is no answer, so a rate is tried again. */
async function findRateHeld(gateway: AppProcess): Promise<{ rate: number; p99: number }> {
  let best: { rate: number; p99: number } | undefined;
  for (let rate = search.from; rate <= search.most; rate = Math.round(rate * search.factor)) {
    const load = await holdOnce(gateway, rate);
    if (!load) break;
    best = { rate, p99: load.p99 };
  }
  if (!best) throw new Error(`${search.from} beacons a second were not held`);
  return best;
}

async function holdOnce(gateway: AppProcess, beaconsPerSecond: number): Promise<LoadResult | undefined> {
  for (let n = 0; n < search.tries; n += 1) {
    const load = await offer(gateway, { beaconsPerSecond, seconds: search.seconds });
    process.stderr.write(`${beaconsPerSecond} beacons/s: p99 ${load.p99.toFixed(1)} ms, ${JSON.stringify(load.refused)}\n`);
    if (held(load)) return load;
  }
  return undefined;
}

function p99(answers: readonly Answer[], column: 2 | 3): number {
  return percentile(Float64Array.from(answers.map((answer) => answer[column])).sort(), 0.99);
}

/** Seconds after the flood until a second begins in which nothing was refused and the slowest hundredth is as at the rate held. */
function recovery(answers: readonly Answer[], normalMs: number): number {
  const seconds = Array.from({ length: after.seconds }, (_, n) => {
    const from = (flood.seconds + n) * 1_000;
    return answers.filter(([, due]) => due >= from && due < from + 1_000);
  });
  const bad = seconds.findLastIndex((second) => second.some(([status]) => status !== 204) || p99(second, 2) > normalMs);
  return bad + 1;
}

function statusesOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [status] of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function overload(gateway: AppProcess) {
  await offer(gateway, warmUp);
  const { rate, p99: usual } = await findRateHeld(gateway);
  const rest = memoryOf(gateway.process.child.pid!);
  const then = { beaconsPerSecond: Math.round(rate * after.factor), seconds: after.seconds };
  const { answers } = await offer(gateway, { beaconsPerSecond: rate * flood.factor, seconds: flood.seconds, then });
  const during = answers.filter(([, due]) => due < flood.seconds * 1_000);
  const accepted = during.filter(([status]) => status === 204);
  const refused = during.filter(([status]) => status !== 204);
  return {
    'beacons/s held': rate,
    'p99 ms there': usual.toFixed(0),
    'beacons/s offered': rate * flood.factor,
    'accepted/s': Math.round(accepted.length / flood.seconds),
    'of the rate held': (accepted.length / flood.seconds / rate).toFixed(2),
    statuses: JSON.stringify(statusesOf(during)),
    'accepted p99 ms': p99(accepted, 2).toFixed(0),
    'against held': `${(p99(accepted, 2) / usual).toFixed(2)}x`,
    'accepted p99 ms from written': p99(accepted, 3).toFixed(0),
    'refusal p99 ms from written': p99(refused, 3).toFixed(1),
    'seconds to normal': recovery(answers, goal.ackP99Ms),
    'RSS MiB, peak before': rest.peak,
    'peak after': memoryOf(gateway.process.child.pid!).peak,
  };
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
await writeFile(join(dir, 'bench.yml'), config);
const kafka = await NativeKafka.start({ dir: join(dir, 'kafka') });
try {
  const env = {
    KAFKA_BROKERS: kafka.brokers,
    KAFKA_REPLICATION: '1',
    KAFKA_COMPRESSION: 'zstd',
    BEACONHOUSE_IDENTITY_SECRET: '0'.repeat(64),
    BEACONHOUSE_CONFIG: join(dir, 'bench.yml'),
    BEACONHOUSE_LOG_LEVEL: 'warn',
  };
  const gateway = await AppProcess.start({ app: 'gateway', cwd: dir, env });
  const { ackP99Ms, refusalP99Ms, ratio, recoverySeconds } = goal;
  printTable(
    `A gateway offered ${flood.factor}x what it holds with ack p99 <= ${ackP99Ms} ms, ${flood.seconds} s, then ${after.factor}x; goals: refusals p99 <= ${refusalP99Ms} ms, accepted p99 <= ${ratio}x, normal within ${recoverySeconds} s`,
    [await overload(gateway)],
  );
  await gateway.process.end('SIGTERM');
} finally {
  await kafka.kill();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
