import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { topics } from '#contracts';
import { NativeKafka } from '../../../../../infra/native/native-kafka.ts';
import { NativeProcess } from '../../../../../infra/native/native-process.ts';
import { TcpProxy } from '../../../../../test/chaos/tcp-proxy.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { eventStreamContract, message, Recorder, range } from '../event-stream.contract.ts';
import type { Block } from '../event-stream.ts';
import { BrokerQuestions } from './broker-questions.ts';
import { KafkaClients } from './kafka-clients.ts';
import type { KafkaEvent } from './kafka-event.ts';
import { KafkaStream, type KafkaStreamOptions } from './kafka-stream.ts';

jest.setTimeout(60_000);

const clock = new SystemClock();
const consume = { topic: 'rum', group: 'loader', maxMessages: 100, maxBytes: 1_000_000, lingerMs: 0 } as const;
let dir: string;
let kafka: NativeKafka;
/** Stands between the clients and the broker. */
let wire: TcpProxy;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-'));
  wire = await TcpProxy.open(() => kafka.port);
  kafka = await NativeKafka.start({ dir, advertised: `127.0.0.1:${wire.port}` });
}, 90_000);
afterAll(async () => {
  await kafka.kill();
  await wire.close();
  await rm(dir, { recursive: true, force: true });
});

const newPrefix = () => `${randomBytes(4).toString('hex')}.`;

/** Short times, so that the others notice a dead member soon. */
function openStream(options: Partial<KafkaStreamOptions> = {}): Promise<KafkaStream> {
  return KafkaStream.open({
    ...{ brokers: [kafka.brokers], clientId: 'test', compression: 'zstd', partitions: 1, replication: 1, clock },
    ...{ sessionTimeoutMs: 1_500, heartbeatMs: 300, rebalanceTimeoutMs: 5_000 },
    topicPrefix: newPrefix(),
    ...options,
  });
}

eventStreamContract('KafkaStream', async () => {
  const topicPrefix = newPrefix();
  return {
    counts: 'messages',
    open: () => openStream({ topicPrefix }),
    crash: async (stream) => (stream as KafkaStream).abandon(),
    dispose: async () => undefined,
  };
});

/** What a warehouse keeps that takes every token once; complains about what a real one could not notice. */
class Deduplicating {
  readonly tokens = new Map<string, string>();
  readonly values: string[] = [];
  inserts = 0;

  readonly insert = async ({ partition, first, last, messages }: Block): Promise<void> => {
    const token = `${partition}:${first}-${last}`;
    const content = messages.map(({ value }) => value.toString().trim());
    this.inserts += 1;
    if (this.tokens.has(token)) {
      if (this.tokens.get(token) !== content.join()) throw new Error(`${token} has changed`);
      return;
    }
    this.tokens.set(token, content.join());
    this.values.push(...content);
  };

  async until(count: number): Promise<void> {
    while (this.values.length < count) await clock.sleep(5);
  }
}

const textOf = (n: number) => message(n).value.toString().trim();
const texts = (from: number, to: number) => range(from, to).map(({ value }) => value.toString().trim());
/** With keys that spread over the partitions. */
const spread = (from: number, to: number) => range(from, to).map((one, i) => ({ ...one, key: `session-${from + i}` }));

/** What blocks of these bounds hold; an offset that two of them share stands twice. */
function offsetsIn(bounds: ReadonlySet<string>): number[] {
  const offsets = [...bounds].flatMap((one) => {
    const [first, last] = one.split('-').map(Number) as [number, number];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return offsets.sort((a, b) => a - b);
}

describe('KafkaStream on a broker', () => {
  const open: KafkaStream[] = [];
  const events: KafkaEvent[] = [];
  async function opened(options: Partial<KafkaStreamOptions> = {}): Promise<KafkaStream> {
    const stream = await openStream({ onEvent: (event) => events.push(event), ...options });
    open.push(stream);
    return stream;
  }
  afterEach(async () => {
    wire.pass();
    await Promise.all(open.splice(0).map((stream) => stream.close()));
    events.length = 0;
  });

  async function asAdmin<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }
  async function storedIds(stream: KafkaStream): Promise<string[]> {
    const ids: string[] = [];
    for await (const { beaconId } of stream.recentBeacons('rum', 0)) ids.push(beaconId);
    return ids.sort();
  }
  /** As retention does, at once. */
  const deleteBefore = (topic: string, offset: number) =>
    asAdmin(async (admin) => {
      await admin.fetchTopicMetadata({ topics: [topic] });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });
  const idsOf = (from: number, to: number) => range(from, to).map(({ headers }) => headers.beaconId);
  const eventTypes = () => events.map(({ type }) => type);

  it('keeps the order of a key over many sends and partitions', async () => {
    const stream = await opened({ partitions: 4 });
    const seen = new Recorder();
    await stream.consume(consume, seen.handle);
    await Promise.all(range(0, 900).map((one) => stream.publish('rum', [one])));
    await seen.until(900);
    const ofKey = (key: string) =>
      seen.blocks.flatMap((block) => block.messages.filter((one) => one.key === key).map(({ value }) => value.toString()));
    for (const key of ['session-0', 'session-1', 'session-2'])
      expect(ofKey(key)).toEqual(
        range(0, 900)
          .filter((one) => one.key === key)
          .map(({ value }) => value.toString()),
      );
  });

  describe('when the broker does not answer', () => {
    it('loses no acknowledged message after an answer was lost', async () => {
      const stream = await opened({ publishTimeoutMs: 1_000 });
      await stream.publish('rum', range(0, 1));
      wire.drop();
      await expect(stream.publish('rum', range(1, 2))).rejects.toMatchObject({ reason: 'timeout' });
      wire.pass();
      wire.reset();
      for (let n = 2; n < 6; n += 1) await stream.publish('rum', range(n, n + 1));
      expect(eventTypes()).toContain('producer-replaced');
      // The second may be stored: its sender was told that nobody knows.
      expect((await storedIds(stream)).filter((id) => id !== idsOf(1, 2)[0])).toEqual([...idsOf(0, 1), ...idsOf(2, 6)]);
    });

    it('does not try a broken send again: the repeat could be taken for stored', async () => {
      const stream = await opened();
      await stream.publish('rum', range(0, 1));
      wire.drop();
      const broken = stream.publish('rum', range(1, 2));
      broken.catch(() => undefined);
      await clock.sleep(200);
      wire.pass();
      wire.reset();
      await expect(broken).rejects.toMatchObject({ reason: 'failed' });
      await stream.publish('rum', range(2, 3));
      expect(await storedIds(stream)).toEqual(idsOf(0, 3));
    });

    it('is a trap: kafkajs alone acknowledges the next message and loses it', async () => {
      const stream = await opened();
      const topic = await topicOf(stream);
      const client = new Kafka({ brokers: [kafka.brokers], requestTimeout: 700, logLevel: logLevel.NOTHING });
      const producer = client.producer({ idempotent: true, retry: { retries: 1, initialRetryTime: 10 }, allowAutoTopicCreation: false });
      await producer.connect();
      const send = (n: number) =>
        producer.send({ topic, acks: -1, messages: [{ value: 'x', headers: { ...message(n).headers, events: '1' } }] });
      await send(0);
      wire.drop();
      await expect(send(1)).rejects.toThrow();
      wire.pass();
      wire.reset();
      await send(2);
      await producer.disconnect();
      expect(await storedIds(stream)).toEqual(idsOf(0, 2));
    });

    it('loses nothing acknowledged, and stores nothing twice, when the broker is killed and started again', async () => {
      const stream = await opened({ publishTimeoutMs: 4_000 });
      const acknowledged: string[] = [];
      let stop = false;
      let n = 0;
      const publishers = [1, 2, 3, 4].map(async () => {
        while (!stop) {
          const one = message(n++);
          await stream.publish('rum', [one]).then(
            () => acknowledged.push(one.headers.beaconId),
            () => undefined,
          );
        }
      });
      await clock.sleep(500);
      await kafka.kill();
      const before = acknowledged.length;
      kafka = await kafka.restart();
      while (acknowledged.length < before + 50) await clock.sleep(20);
      stop = true;
      await Promise.all(publishers);
      const stored = await storedIds(stream);
      expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
      expect(new Set(stored).size).toBe(stored.length);
    });

    it('refuses what does not fit while it waits, and what waits too long', async () => {
      const stream = await opened({ publishTimeoutMs: 800, maxWaitingMessages: 3 });
      wire.drop();
      const waiting = stream.publish('rum', range(0, 3));
      await expect(stream.publish('rum', range(3, 4))).rejects.toMatchObject({ reason: 'full' });
      await expect(waiting).rejects.toMatchObject({ reason: 'timeout' });
      wire.reset();
      await expect(stream.publish('rum', range(4, 5))).rejects.toMatchObject({ reason: 'timeout' });
      wire.pass();
      wire.reset();
      await stream.publish('rum', range(5, 6));
    });

    it('joins again when the group was silent for longer than a session', async () => {
      const stream = await opened();
      const warehouse = new Deduplicating();
      await stream.consume({ ...consume, maxMessages: 3 }, warehouse.insert);
      await stream.publish('rum', range(0, 10));
      await warehouse.until(10);
      wire.drop();
      while (!events.some((event) => event.type === 'consumer-restarted' && /silent/.test(event.reason))) await clock.sleep(20);
      wire.pass();
      while (
        !(await stream.publish('rum', range(10, 11)).then(
          () => true,
          () => false,
        ))
      )
        await clock.sleep(100);
      while (!warehouse.values.includes(textOf(10))) await clock.sleep(20);
      expect(warehouse.values).toHaveLength(11);
    });

    it('goes on consuming without loss or doubles after connections broke and the broker was started again', async () => {
      const stream = await opened({ partitions: 2 });
      const warehouse = new Deduplicating();
      await stream.consume({ ...consume, maxMessages: 7 }, warehouse.insert);
      await stream.publish('rum', spread(0, 100));
      await warehouse.until(50);
      wire.reset();
      await clock.sleep(100);
      await kafka.kill();
      kafka = await kafka.restart();
      while (
        !(await stream.publish('rum', spread(100, 200)).then(
          () => true,
          () => false,
        ))
      )
        await clock.sleep(100);
      // What was refused may be stored: the repeats stand on the stream as messages of their own.
      while (new Set(warehouse.values).size < 200) await clock.sleep(5);
      expect([...new Set(warehouse.values)].sort()).toEqual(texts(0, 200).sort());
    });
  });

  describe('in a group', () => {
    it('shares the partitions, and hands everything over when a member goes or dies', async () => {
      const topicPrefix = newPrefix();
      const [first, second, third] = [
        await opened({ partitions: 4, topicPrefix }),
        await opened({ partitions: 4, topicPrefix }),
        await openStream({ partitions: 4, topicPrefix }),
      ];
      const warehouse = new Deduplicating();
      const shares = [0, 0, 0];
      const members = [first, second, third].map((stream, i) =>
        stream.consume({ ...consume, maxMessages: 5 + 2 * i }, async (block) => {
          await clock.sleep(2);
          shares[i]! += block.messages.length;
          await warehouse.insert(block);
        }),
      );
      const stops = await Promise.all(members);
      for (let n = 0; n < 2_000; n += 100) {
        await first.publish('rum', spread(n, n + 100));
        await clock.sleep(100);
        if (n === 700) await stops[1]!();
        if (n === 1_200) third.abandon();
      }
      await warehouse.until(2_000);
      expect([...warehouse.values].sort()).toEqual(texts(0, 2_000).sort());
      expect(Math.min(...shares)).toBeGreaterThan(0);
    });

    it('leaves partitions where they were when a member comes, and when it goes', async () => {
      const topicPrefix = newPrefix();
      const places: number[][][] = [[], [], []];
      const member = async (n: number) => {
        const onEvent = (event: KafkaEvent) => {
          if (event.type === 'assigned') places[n]!.push(event.from.map(({ partition }) => partition));
        };
        const stream = await opened({ topicPrefix, partitions: 6, onEvent });
        return stream.consume(consume, async () => {});
      };
      const had = (n: number) => places[n]!.at(-1) ?? [];
      const until = async (counts: readonly number[]) => {
        while (counts.some((count, n) => had(n).length !== count)) await clock.sleep(20);
        return counts.map((_, n) => had(n));
      };
      await member(0);
      await until([6]);
      await member(1);
      const [first, second] = await until([3, 3]);
      const leave = await member(2);
      const [firstBeside, secondBeside] = await until([2, 2, 2]);
      expect([first, second]).toEqual([expect.arrayContaining(firstBeside!), expect.arrayContaining(secondBeside!)]);
      await leave();
      const [firstAfter, secondAfter] = await until([3, 3]);
      expect([firstAfter, secondAfter]).toEqual([expect.arrayContaining(firstBeside!), expect.arrayContaining(secondBeside!)]);
    });

    it('repeats a block that another member left unfinished, and tells the first that it is over', async () => {
      const topicPrefix = newPrefix();
      const [first, second] = [await opened({ topicPrefix }), await opened({ topicPrefix })];
      await first.publish('rum', range(0, 3));
      const held = Promise.withResolvers<AbortSignal>();
      await first.consume(consume, async (_block, owned) => {
        held.resolve(owned);
        await new Promise((_, reject) => owned.addEventListener('abort', () => reject(owned.reason)));
      });
      const owned = await held.promise;
      await first.publish('rum', range(3, 9));
      const seen = new Recorder();
      // Only one of the two gets the partition; the first leaves in the middle of its block.
      await second.consume(consume, seen.handle);
      first.abandon();
      await seen.until(9);
      expect(owned.aborted).toBe(true);
      expect([seen.blocks[0]!.first, seen.blocks[0]!.last, seen.blocks[0]!.repeated]).toEqual([0, 2, true]);
      expect(seen.values).toEqual(texts(0, 9));
    });

    it('stores nothing twice when a member was frozen in the middle of a block and comes back', async () => {
      const topicPrefix = newPrefix();
      const stream = await opened({ topicPrefix });
      await stream.publish('rum', range(0, 10));
      const frozen = await startMember(topicPrefix);
      try {
        while (!frozen.output.includes('begun 0-4')) await clock.sleep(5);
        frozen.freeze();
        const warehouse = new Deduplicating();
        await stream.consume({ ...consume, maxMessages: 7 }, warehouse.insert);
        await stream.publish('rum', range(10, 15));
        await warehouse.until(15);
        frozen.thaw();
        // Enough for it to join again, and for either of the two to have the partition.
        for (let n = 15; n < 40; n += 5) {
          await stream.publish('rum', range(n, n + 5));
          await clock.sleep(500);
        }
        const stored = () => new Set([...warehouse.tokens.keys()].map((token) => token.slice(2)).concat(storedLines(frozen.output)));
        while (offsetsIn(stored()).length < 40) await clock.sleep(20);
        expect(offsetsIn(stored())).toEqual(Array.from({ length: 40 }, (_, i) => i));
      } finally {
        await frozen.end('SIGKILL');
      }
    });

    it('keeps a partition whose handler works or fails for longer than a session, and goes on with the others', async () => {
      const stream = await opened({ partitions: 3 });
      const seen = new Recorder();
      const signals: AbortSignal[] = [];
      const release = Promise.withResolvers<void>();
      let firstPartition: number | undefined;
      let attempts = 0;
      await stream.consume({ ...consume, maxMessages: 10 }, async (block, owned) => {
        firstPartition ??= block.partition;
        if (block.partition === firstPartition && attempts < 3) {
          signals.push(owned);
          attempts += 1;
          await release.promise;
          throw new Error('the warehouse is away');
        }
        await seen.handle(block);
      });
      await stream.publish('rum', spread(0, 60));
      await seen.until(21);
      // Longer than a session.
      await clock.sleep(2_500);
      release.resolve();
      await seen.until(60);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
      expect(eventTypes().filter((type) => type !== 'topic-made')).toEqual(['assigned', 'block-failed', 'block-failed', 'block-failed']);
    });

    it('holds back a partition whose handler is slow, within two blocks', async () => {
      const stream = await opened({ fetchBytes: 2_000 });
      const release = Promise.withResolvers<void>();
      const seen = new Recorder();
      await stream.consume({ ...consume, maxMessages: 5 }, async (block) => {
        await release.promise;
        await seen.handle(block);
      });
      for (let n = 0; n < 200; n += 10) await stream.publish('rum', range(n, n + 10));
      await clock.sleep(300);
      release.resolve();
      await seen.until(200);
      expect(seen.values).toEqual(texts(0, 200));
    });
  });

  describe('and its topics', () => {
    const settingsOf = async (name: string) => {
      const resources = [{ type: ConfigResourceTypes.TOPIC, name }];
      const { resources: found } = await asAdmin((admin) => admin.describeConfigs({ resources, includeSynonyms: false }));
      return Object.fromEntries(found[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
    };

    it('makes them so that nothing is lost before it is read', async () => {
      const topicPrefix = newPrefix();
      await opened({ topicPrefix, partitions: 3 });
      expect(await settingsOf(`${topicPrefix}rum`)).toMatchObject({
        ...{
          'retention.ms': '259200000',
          'min.insync.replicas': '1',
          'cleanup.policy': 'delete',
          'message.timestamp.type': 'LogAppendTime',
        },
      });
      expect(events.filter(({ type }) => type === 'topic-made')).toHaveLength(topics.length);
    });

    it('says what an existing one lacks, and does not change it', async () => {
      const topicPrefix = newPrefix();
      const topic = `${topicPrefix}rum`;
      const configEntries = [{ name: 'retention.ms', value: '60000' }];
      await asAdmin((admin) => admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }] }));
      await opened({ topicPrefix, partitions: 2 });
      expect(events.filter(({ type }) => type === 'topic-differs')).toEqual([
        {
          ...{ type: 'topic-differs', topic },
          differences: expect.arrayContaining(['1 partitions instead of 2', 'retention.ms is 60000 instead of 259200000']),
        },
      ]);
      expect((await settingsOf(topic))['retention.ms']).toBe('60000');
    });

    it('are made by any number of processes at once', async () => {
      const topicPrefix = newPrefix();
      const streams = await Promise.all([1, 2, 3].map(() => opened({ topicPrefix })));
      await Promise.all(streams.map((stream, i) => stream.publish('rum', range(i, i + 1))));
      expect(await storedIds(streams[0]!)).toEqual(idsOf(0, 3));
    });

    it('goes on at the oldest message when retention has overtaken the group, and says so', async () => {
      const topicPrefix = newPrefix();
      const stream = await opened({ topicPrefix });
      const before = new Recorder();
      const stop = await stream.consume(consume, before.handle);
      await stream.publish('rum', range(0, 3));
      await before.until(3);
      await stop();
      await stream.publish('rum', range(3, 10));
      await deleteBefore(`${topicPrefix}rum`, 7);
      const after = new Recorder();
      await stream.consume(consume, after.handle);
      await after.until(3);
      expect(after.values).toEqual(texts(7, 10));
      expect(events).toContainEqual({ type: 'messages-lost', topic: 'rum', partition: 0, from: 3, to: 6 });
    });

    it('goes on at the oldest message when retention overtakes it while it reads', async () => {
      const topicPrefix = newPrefix();
      const stream = await opened({ topicPrefix, fetchBytes: 300 });
      const release = Promise.withResolvers<void>();
      const warehouse = new Deduplicating();
      await stream.consume({ ...consume, maxMessages: 2 }, async (block) => {
        await release.promise;
        await warehouse.insert(block);
      });
      for (let n = 0; n < 30; n += 1) await stream.publish('rum', range(n, n + 1));
      await deleteBefore(`${topicPrefix}rum`, 25);
      release.resolve();
      while (!warehouse.values.includes(textOf(29))) await clock.sleep(20);
      expect(warehouse.values.length).toBeLessThan(30);
      expect(new Set(warehouse.values).size).toBe(warehouse.values.length);
      expect(warehouse.values).toEqual(expect.arrayContaining(texts(25, 30)));
    });
  });

  const startMember = (topicPrefix: string) =>
    NativeProcess.start({
      ...{ name: 'member', file: process.execPath, cwd: import.meta.dirname, readyWithinMs: 30_000, ready: async () => true },
      args: ['--experimental-transform-types', '--conditions=source', 'frozen-member.contract.ts', kafka.brokers, topicPrefix],
    });
  const storedLines = (output: string) => [...output.matchAll(/^stored (\d+-\d+)$/gm)].map(([, bounds]) => bounds!);

  it('tells the lag of a group to a process that does not consume', async () => {
    const topicPrefix = newPrefix();
    const [gateway, loader] = [await opened({ topicPrefix, partitions: 3 }), await opened({ topicPrefix, partitions: 3 })];
    await gateway.publish('rum', spread(0, 30));
    expect(await gateway.lag('rum', 'loader')).toEqual({ messages: 30, events: null, bytes: null });
    const seen = new Recorder();
    await loader.consume(consume, seen.handle);
    while ((await gateway.lag('rum', 'loader')).messages > 0) await clock.sleep(20);
    expect(seen.values).toHaveLength(30);
  });

  it('asks again while the brokers do not know yet who answers for a group, and not after another refusal', async () => {
    const questions = new BrokerQuestions(new KafkaClients({ brokers: [kafka.brokers], clientId: 'test' }), clock);
    let asked = 0;
    const answerAfter = (refusals: number, retriable: boolean) => {
      asked = 0;
      return questions.ask(async (admin) => {
        asked += 1;
        if (asked <= refusals) throw Object.assign(new Error('The coordinator is loading'), { name: 'KafkaJSProtocolError', retriable });
        return (await admin.describeCluster()).brokers.length;
      });
    };
    expect(await answerAfter(2, true)).toBe(1);
    expect(asked).toBe(3);
    await expect(answerAfter(2, false)).rejects.toThrow('The coordinator is loading');
    expect(asked).toBe(1);
    questions.close();
  });

  it('reads back the ids of one partition in front of an offset', async () => {
    const stream = await opened();
    for (let n = 0; n < 4; n += 1) await stream.publish('rum', range(n, n + 1));
    const ids: string[] = [];
    for await (const { beaconId } of stream.recentBeacons('rum', 0, { partition: 0, before: 3 })) ids.push(beaconId);
    expect(ids).toEqual(idsOf(0, 3));
  });

  it('reads back only what was stored since', async () => {
    const stream = await opened({ partitions: 3 });
    await stream.publish('rum', spread(0, 5));
    await clock.sleep(20);
    const since = clock.now();
    await stream.publish('rum', spread(5, 10));
    const found: string[] = [];
    for await (const { beaconId, storedAt } of stream.recentBeacons('rum', since)) {
      expect(storedAt).toBeGreaterThanOrEqual(since);
      found.push(beaconId);
    }
    expect(found.sort()).toEqual(idsOf(5, 10));
  });

  it('acknowledges what it has before it closes, and finishes the block in hand', async () => {
    const topicPrefix = newPrefix();
    const stream = await openStream({ topicPrefix, lingerMs: 300 });
    const seen = new Recorder();
    const begun = Promise.withResolvers<void>();
    await stream.consume(consume, async (block) => {
      begun.resolve();
      await clock.sleep(300);
      await seen.handle(block);
    });
    await stream.publish('rum', range(0, 2));
    await begun.promise;
    const last = stream.publish('rum', range(2, 3));
    await Promise.all([stream.close(), last]);
    expect(seen.values).toEqual(texts(0, 2));
    const again = await opened({ topicPrefix });
    expect((await again.lag('rum', 'loader')).messages).toBe(1);
  });

  async function topicOf(stream: KafkaStream): Promise<string> {
    await stream.lag('rum', 'nobody');
    const made = events.findLast((event) => event.type === 'topic-made' && event.topic.endsWith('.rum'));
    if (made?.type !== 'topic-made') throw new Error('no topic was made');
    return made.topic;
  }
});
