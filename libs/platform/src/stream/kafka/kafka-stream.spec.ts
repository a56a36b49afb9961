import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { NativeKafka } from '../../../../../infra/native/native-kafka.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { eventStreamContract } from '../event-stream.contract.ts';
import { KafkaStream, type KafkaStreamOptions } from './kafka-stream.ts';

jest.setTimeout(60_000);

const clock = new SystemClock();
let dir: string;
let kafka: NativeKafka;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-'));
  kafka = await NativeKafka.start({ dir });
}, 90_000);
afterAll(async () => {
  await kafka.kill();
  await rm(dir, { recursive: true, force: true });
});

/** Short times, so that the others notice a dead member soon. */
function openStream(options: Partial<KafkaStreamOptions> = {}): Promise<KafkaStream> {
  return KafkaStream.open({
    ...{ brokers: [kafka.brokers], clientId: 'test', compression: 'zstd', partitions: 1, replication: 1, clock },
    ...{ sessionTimeoutMs: 1_500, heartbeatMs: 300, rebalanceTimeoutMs: 5_000 },
    topicPrefix: newPrefix(),
    ...options,
  });
}

const newPrefix = () => `${randomBytes(4).toString('hex')}.`;

eventStreamContract('KafkaStream', async () => {
  const topicPrefix = newPrefix();
  return {
    counts: 'messages',
    open: () => openStream({ topicPrefix }),
    crash: async (stream) => (stream as KafkaStream).abandon(),
    dispose: async () => undefined,
  };
});
