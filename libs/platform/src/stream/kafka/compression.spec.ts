import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NativeKafka } from '../../../../../infra/native/native-kafka.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { message, Recorder } from '../event-stream.contract.ts';
import { KafkaStream } from './kafka-stream.ts';

jest.setTimeout(60_000);

const compressions = ['none', 'gzip', 'snappy', 'zstd'] as const;
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

describe.each(compressions)('batches in %s', (compression) => {
  let stream: KafkaStream;
  const recorder = new Recorder();

  beforeAll(async () => {
    const topicPrefix = `${compression}.`;
    stream = await KafkaStream.open({
      ...{ brokers: [kafka.brokers], clientId: 'test', compression, topicPrefix, partitions: 1, replication: 1, clock: new SystemClock() },
    });
    await stream.consume({ topic: 'rum', group: 'loader', maxMessages: 10, maxBytes: 1_000_000, lingerMs: 0 }, recorder.handle);
  });
  afterAll(() => stream.close());

  // Several of Kafka's own blocks, and more than is compressed on the spot.
  const ours = [message(1), { ...message(2), value: Buffer.from('0123456789'.repeat(20_000)) }];
  const theirs = ['from Java', 'x'.repeat(100_000)];
  const digests = (texts: readonly string[]) => texts.map((text) => createHash('sha256').update(text).digest('hex'));

  it("are read as they were, ours by Kafka's own consumer too, and those of its producer", async () => {
    await stream.publish('rum', ours);
    const sent = ours.map(({ value }) => value.toString().trim());
    expect(digests(await kafka.read(`${compression}.rum`, 2))).toEqual(digests(sent));
    await kafka.produce(`${compression}.rum`, compression, theirs);
    await recorder.until(4);
    expect(digests(recorder.values)).toEqual(digests([...sent, ...theirs]));
  });
});
