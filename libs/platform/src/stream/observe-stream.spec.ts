import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { NativeKafka } from '../../../../infra/native/native-kafka.ts';
import { TcpProxy } from '../../../../test/chaos/tcp-proxy.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { Recorder, range } from './event-stream.contract.ts';
import type { Block } from './event-stream.ts';
import type { KafkaEvent } from './kafka/kafka-event.ts';
import { KafkaStream } from './kafka/kafka-stream.ts';
import { eventCounter, observeLag } from './observe-stream.ts';

jest.setTimeout(60_000);

const clock = new SystemClock();
const consume = { topic: 'rum', group: 'loader', maxMessages: 5, maxBytes: 1_000_000, lingerMs: 0 } as const;
let dir: string;
let kafka: NativeKafka;
let wire: TcpProxy;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-observed-'));
  wire = await TcpProxy.open(() => kafka.port);
  kafka = await NativeKafka.start({ dir, advertised: `127.0.0.1:${wire.port}` });
}, 90_000);
afterAll(async () => {
  await kafka.kill();
  await wire.close();
  await rm(dir, { recursive: true, force: true });
});

describe('a Kafka stream that is observed', () => {
  let stream: KafkaStream;
  let registry: Registry;
  const events: KafkaEvent[] = [];

  async function open(partitions: number, longest?: number): Promise<KafkaStream> {
    const count = eventCounter(registry);
    stream = await KafkaStream.open({
      ...{ brokers: [kafka.brokers], clientId: 'test', compression: 'none', partitions, replication: 1, clock },
      ...{ heartbeatMs: 200, handlerMs: 1_000, handlerGraceMs: 500, topicPrefix: `${randomBytes(4).toString('hex')}.` },
      onEvent: (event) => {
        events.push(event);
        count(event);
      },
    });
    observeLag(stream, registry, clock, longest);
    return stream;
  }
  beforeEach(() => {
    registry = new Registry();
  });
  afterEach(async () => {
    wire.pass();
    wire.reset();
    await stream.close();
    events.length = 0;
  });

  const lines = async (name: string) => (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));

  it('is started again when a handler never comes back, says so, and goes on with the same block', async () => {
    await open(1);
    await stream.publish('rum', range(0, 12));
    const seen = new Recorder();
    const hung: Block[] = [];
    await stream.consume(consume, async (block) => {
      if (hung.length === 0) {
        hung.push(block);
        await new Promise(() => {});
      }
      await seen.handle(block);
    });
    await seen.until(12);
    expect(seen.values).toEqual(range(0, 12).map(({ value }) => value.toString().trim()));
    expect([seen.blocks[0]!.first, seen.blocks[0]!.last, seen.blocks[0]!.repeated]).toEqual([hung[0]!.first, hung[0]!.last, true]);
    const restarts = events.filter((event) => event.type === 'consumer-restarted');
    // A broker that is just starting may make it begin again too; that is not the subject here.
    expect(restarts.filter(({ reason }) => reason.startsWith('the handler'))).toEqual([
      { type: 'consumer-restarted', topic: 'rum', group: 'loader', reason: 'the handler has kept a block of partitions 0 for 1000 ms' },
    ]);
    const counted = `beaconhouse_stream_events_total{type="consumer-restarted"} ${restarts.length}`;
    expect(await lines('beaconhouse_stream_events_total')).toContain(counted);
  });

  it('tells the lag of each of its consumers by partition, and of a consumer that has ended nothing', async () => {
    await open(2);
    const spread = range(0, 40).map((one, i) => ({ ...one, key: `session-${i}` }));
    await stream.publish('rum', spread);
    await stream.publish('findings', spread.slice(0, 3));
    const held = Promise.withResolvers<void>();
    const stop = await stream.consume(consume, () => held.promise);
    await stream.consume({ ...consume, topic: 'findings', group: 'alerter' }, async () => {});
    const lag = async () =>
      Object.fromEntries(
        (await lines('beaconhouse_stream_lag_messages')).map((line) => {
          const [, topic, group, partition, count] = /topic="(.*)",group="(.*)",partition="(.*)"} (\d+)/.exec(line) ?? [];
          return [`${group} ${topic} ${partition}`, Number(count)];
        }),
      );
    while ((await lag())['alerter findings 0'] !== 0 || (await lag())['alerter findings 1'] !== 0) await clock.sleep(50);
    const told = await lag();
    expect(Object.keys(told).sort()).toEqual(['alerter findings 0', 'alerter findings 1', 'loader rum 0', 'loader rum 1']);
    expect(told['loader rum 0']! + told['loader rum 1']!).toBe(40);
    held.resolve();
    await stop();
    while ((await lag())['alerter findings 0'] === undefined) await clock.sleep(50);
    expect(Object.keys(await lag()).sort()).toEqual(['alerter findings 0', 'alerter findings 1']);
  });

  it('tells a topic of very many partitions as a whole', async () => {
    await open(3, 2);
    await stream.publish('rum', range(0, 7));
    const held = Promise.withResolvers<void>();
    await stream.consume(consume, () => held.promise);
    const told = 'beaconhouse_stream_lag_messages{topic="rum",group="loader",partition="all"} 7';
    while ((await lines('beaconhouse_stream_lag_messages')).length === 0) await clock.sleep(50);
    expect(await lines('beaconhouse_stream_lag_messages')).toEqual([told]);
    held.resolve();
  });

  it('tells its other numbers while the brokers do not answer', async () => {
    await open(1);
    await stream.consume(consume, async () => {});
    wire.drop();
    expect(await registry.metrics()).toContain('beaconhouse_stream_events_total{type="topic-made"} 7');
    expect(await lines('beaconhouse_stream_lag_messages')).toEqual([]);
  });
});
