import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { NativeKafkaCluster } from '../../../../../infra/native/native-kafka-cluster.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { message, Recorder } from '../event-stream.contract.ts';
import { StreamUnavailable } from '../event-stream.ts';
import { KafkaStream } from './kafka-stream.ts';

jest.setTimeout(120_000);

const clock = new SystemClock();
let dir: string;
let cluster: NativeKafkaCluster;
let stream: KafkaStream;
const recorder = new Recorder();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-'));
  cluster = await NativeKafkaCluster.start(dir, 3);
  stream = await open();
  await stream.consume({ topic: 'rum', group: 'loader', maxMessages: 100, maxBytes: 1_000_000, lingerMs: 0 }, recorder.handle);
}, 120_000);
afterAll(async () => {
  await stream.close();
  await cluster.kill();
  await rm(dir, { recursive: true, force: true });
});

const open = () =>
  KafkaStream.open({
    ...{ brokers: cluster.addresses, clientId: 'test', compression: 'zstd', topicPrefix: '', partitions: 6, replication: 3, clock },
    ...{ sessionTimeoutMs: 6_000, heartbeatMs: 500, publishTimeoutMs: 4_000 },
  });

/** As a gateway's client: what was refused is sent again. Answers how often. */
async function publishUntilTaken(n: number): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await stream.publish('rum', [message(n)]);
      return refused;
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      await clock.sleep(100);
    }
  }
}

/** Places in the log with this message; a block may be handed out again. */
function stored(n: number): number {
  const value = message(n).value.toString();
  const places = recorder.blocks.flatMap(({ partition, messages }) =>
    messages.filter((held) => held.value.toString() === value).map(({ offset }) => `${partition}:${offset}`),
  );
  return new Set(places).size;
}

it('topics have a copy on every broker, and two must have a message before it is acknowledged', async () => {
  const admin = new Kafka({ brokers: cluster.addresses, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: ['rum'] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: 'rum', configNames: ['min.insync.replicas'] }],
  });
  await admin.disconnect();
  expect(topics[0]!.partitions.map(({ replicas }) => replicas.length)).toEqual(Array(6).fill(3));
  expect(resources[0]!.configEntries).toMatchObject([{ configName: 'min.insync.replicas', configValue: '2' }]);
});

it('no acknowledged message is lost when a broker is killed, nobody is kept from starting, and none doubled that was not refused', async () => {
  const publishing = Array.from({ length: 300 }, async (_, n) => {
    await clock.sleep(n * 10);
    return publishUntilTaken(n);
  });
  await clock.sleep(1_000);
  await cluster.brokers[0]!.kill();
  const others = await Promise.all([1, 2, 3].map(open));
  await Promise.all(others.map((other) => other.close()));
  const refusals = await Promise.all(publishing);
  while (refusals.some((_, n) => stored(n) === 0)) await clock.sleep(20);
  for (const [n, refused] of refusals.entries()) expect(stored(n)).toBeLessThanOrEqual(1 + refused);
  await cluster.restart();
});

it('with two brokers of three away nothing is acknowledged, in bounded time; with them back it goes on', async () => {
  await Promise.all([cluster.brokers[1]!.kill(), cluster.brokers[2]!.kill()]);
  await expect(stream.publish('rum', [message(1_000)])).rejects.toBeInstanceOf(StreamUnavailable);
  await cluster.restart();
  await publishUntilTaken(1_001);
  while (stored(1_001) === 0) await clock.sleep(20);
});
