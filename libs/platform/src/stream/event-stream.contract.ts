import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Block, type EventStream, type OutgoingMessage, StreamUnavailable } from './event-stream.ts';

/** A place where a stream can be opened, closed or killed, and opened again with what it kept. */
export interface StreamHarness {
  /** What `lag` can tell beside the messages. */
  readonly counts: 'messages' | 'events';
  open(): Promise<EventStream>;
  /** Ends the stream as a crash would: nothing is flushed or finished. */
  crash(stream: EventStream): Promise<void>;
  dispose(): Promise<void>;
}

const consumeAll = { topic: 'rum', group: 'loader', maxMessages: 100, maxBytes: 1_000_000, lingerMs: 0 } as const;

export function message(n: number, value = `{"n":${n}}\n`): OutgoingMessage {
  const beaconId = `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  return { key: `session-${n % 3}`, headers: { tenant: 't', keyId: 'k', events: 1, beaconId }, value: Buffer.from(value) };
}

/** Collects what a group is handed and lets a test wait for it. */
export class Recorder {
  readonly blocks: Block[] = [];
  readonly handle = async (block: Block): Promise<void> => {
    this.blocks.push(block);
  };

  get values(): string[] {
    return this.blocks.flatMap((block) => block.messages.map(({ value }) => value.toString().trim()));
  }

  async until(count: number): Promise<void> {
    while (this.values.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function range(from: number, to: number): OutgoingMessage[] {
  return Array.from({ length: to - from }, (_, i) => message(from + i));
}

const expected = (from: number, to: number) => range(from, to).map(({ value }) => value.toString().trim());

/** What every EventStream keeps, whatever it stands on. */
export function eventStreamContract(name: string, makeHarness: () => Promise<StreamHarness>): void {
  describe(`${name} as EventStream`, () => {
    let harness: StreamHarness;
    let stream: EventStream;

    beforeEach(async () => {
      harness = await makeHarness();
      stream = await harness.open();
    });
    afterEach(async () => {
      await stream.close();
      await harness.dispose();
    });

    it('hands out messages in the order they were published, with their headers', async () => {
      const seen = new Recorder();
      await stream.consume(consumeAll, seen.handle);
      for (let n = 0; n < 5; n++) await stream.publish('rum', [message(n)]);
      await seen.until(5);
      expect(seen.values).toEqual(expected(0, 5));
      expect(seen.blocks[0]!.messages[0]!.headers).toEqual(message(0).headers);
    });

    it('hands out what was published before anyone read', async () => {
      await stream.publish('rum', range(0, 10));
      const seen = new Recorder();
      await stream.consume(consumeAll, seen.handle);
      await seen.until(10);
      expect(seen.values).toEqual(expected(0, 10));
    });

    it('keeps topics and groups apart', async () => {
      const [loader, alerter, other] = [new Recorder(), new Recorder(), new Recorder()];
      await stream.consume(consumeAll, loader.handle);
      await stream.consume({ ...consumeAll, group: 'alerter' }, alerter.handle);
      await stream.consume({ ...consumeAll, topic: 'spans' }, other.handle);
      await stream.publish('rum', range(0, 3));
      await Promise.all([loader.until(3), alerter.until(3)]);
      expect([loader.values, alerter.values, other.values]).toEqual([expected(0, 3), expected(0, 3), []]);
    });

    it('bounds blocks by messages and gives every block at least one', async () => {
      await stream.publish('rum', range(0, 7));
      const seen = new Recorder();
      await stream.consume({ ...consumeAll, maxMessages: 3, maxBytes: 1 }, seen.handle);
      await seen.until(7);
      expect(seen.blocks.every((block) => block.messages.length === 1)).toBe(true);
      expect(seen.values).toEqual(expected(0, 7));
    });

    it('names a block by its first and last offset, without gaps or overlaps', async () => {
      await stream.publish('rum', range(0, 10));
      const seen = new Recorder();
      await stream.consume({ ...consumeAll, maxMessages: 4 }, seen.handle);
      await seen.until(10);
      const bounds = seen.blocks.map(({ first, last }) => [first, last]);
      expect(bounds).toEqual(bounds.map(([first], i) => [first, i + 1 < bounds.length ? bounds[i + 1]![0]! - 1 : 9]));
    });

    it('hands a block out again, the same one, until the handler succeeds', async () => {
      const seen = new Recorder();
      let failures = 2;
      await stream.publish('rum', range(0, 3));
      await stream.consume(consumeAll, async (block) => {
        await seen.handle(block);
        if (failures-- > 0) throw new Error('the warehouse is away');
      });
      await seen.until(9);
      expect(seen.blocks.map(({ first, last, repeated }) => [first, last, repeated])).toEqual([
        [0, 2, false],
        [0, 2, true],
        [0, 2, true],
      ]);
    });

    it('goes on behind the last finished block after an orderly restart', async () => {
      const before = new Recorder();
      await stream.consume(consumeAll, before.handle);
      await stream.publish('rum', range(0, 4));
      await before.until(4);
      await stream.close();
      stream = await harness.open();
      const after = new Recorder();
      await stream.consume(consumeAll, after.handle);
      await stream.publish('rum', range(4, 6));
      await after.until(2);
      expect(after.values).toEqual(expected(4, 6));
    });

    it('repeats an unfinished block with the same bounds after a crash, though more has arrived', async () => {
      const before = new Recorder();
      await stream.publish('rum', range(0, 4));
      await stream.consume(consumeAll, async (block) => {
        await before.handle(block);
        await new Promise(() => {});
      });
      await before.until(4);
      await stream.publish('rum', range(4, 9));
      await harness.crash(stream);
      stream = await harness.open();
      const after = new Recorder();
      await stream.consume(consumeAll, after.handle);
      await after.until(9);
      const [repeat] = after.blocks;
      expect([repeat!.first, repeat!.last, repeat!.repeated]).toEqual([before.blocks[0]!.first, before.blocks[0]!.last, true]);
      expect(after.values).toEqual(expected(0, 9));
    });

    it('keeps every acknowledged message through a crash', async () => {
      await Promise.all(range(0, 50).map((one) => stream.publish('rum', [one])));
      await harness.crash(stream);
      stream = await harness.open();
      const seen = new Recorder();
      await stream.consume(consumeAll, seen.handle);
      await seen.until(50);
      expect([...seen.values].sort()).toEqual([...expected(0, 50)].sort());
    });

    it('counts what nobody has finished', async () => {
      await stream.publish('rum', range(0, 3));
      let finish = () => {};
      const held = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const seen = new Recorder();
      await stream.consume(consumeAll, async (block) => {
        await seen.handle(block);
        await held;
      });
      await seen.until(3);
      const events = (count: number) => (harness.counts === 'events' ? count : null);
      expect(await stream.lag('rum', 'loader')).toMatchObject({ messages: 3, events: events(3) });
      expect([...(await stream.behind('rum', 'loader')).values()].reduce((sum, messages) => sum + messages, 0)).toBe(3);
      finish();
      while ((await stream.lag('rum', 'loader')).messages > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await stream.lag('rum', 'loader')).toMatchObject({ messages: 0, events: events(0) });
    });

    it('tells the lag of every group that is read here, by partition', async () => {
      await stream.publish('rum', range(0, 3));
      expect(await stream.lags()).toEqual([]);
      const held = Promise.withResolvers<void>();
      const seen = new Recorder();
      await stream.consume(consumeAll, () => held.promise);
      const stop = await stream.consume({ ...consumeAll, group: 'other' }, seen.handle);
      await seen.until(3);
      const told = async (group: string) => (await stream.lags()).filter((one) => one.group === group);
      while ((await told('other'))[0]?.messages !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await told('loader')).toEqual([{ topic: 'rum', group: 'loader', partition: 0, messages: 3 }]);
      await stop();
      expect(await told('other')).toEqual([]);
      held.resolve();
    });

    it('tells the ids of recent beacons after a crash', async () => {
      await stream.publish('rum', range(0, 3));
      await stream.publish('rum', range(3, 5));
      await harness.crash(stream);
      stream = await harness.open();
      const ids = new Set<string>();
      for await (const { beaconId } of stream.recentBeacons('rum', 0)) ids.add(beaconId);
      expect([...ids].sort()).toEqual(range(0, 5).map(({ headers }) => headers.beaconId));
    });

    it('refuses messages once it is closed', async () => {
      await stream.close();
      await expect(stream.publish('rum', range(0, 1))).rejects.toThrow(StreamUnavailable);
    });
  });
}
