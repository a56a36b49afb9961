import { appendFile, mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { EmbeddedStream } from './embedded-stream.ts';
import { eventStreamContract, message, Recorder, range } from './event-stream.contract.ts';
import { type EventStream, StreamUnavailable } from './event-stream.ts';

const clock = new SystemClock();
/** Streams left open on purpose; held, so that their files are not closed by the garbage collector. */
const abandoned: EventStream[] = [];
const consume = { topic: 'rum', group: 'loader', maxMessages: 1_000, maxBytes: 1_000_000, lingerMs: 0 } as const;

eventStreamContract('EmbeddedStream', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'stream-'));
  return {
    counts: 'events',
    open: () => EmbeddedStream.open({ dir, clock }),
    // Everything acknowledged is on disk: leaving the object alone is what a crash leaves.
    crash: async (stream) => {
      abandoned.push(stream);
    },
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
});

describe('EmbeddedStream on a disk', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stream-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const segments = async () => (await readdir(join(dir, 'rum'))).filter((name) => name.endsWith('.log')).sort();

  async function readAll(count: number): Promise<string[]> {
    const stream = await EmbeddedStream.open({ dir, clock });
    const seen = new Recorder();
    await stream.consume(consume, seen.handle);
    await seen.until(count);
    await stream.close();
    return seen.values;
  }

  it.each([1, 7, 8, 30, 200])('cuts off a tail of %i bytes that a crash left half written', async (bytes) => {
    const stream = await EmbeddedStream.open({ dir, clock });
    await stream.publish('rum', range(0, 3));
    await stream.close();
    await appendFile(join(dir, 'rum', (await segments())[0]!), Buffer.alloc(bytes, 1));
    const again = await EmbeddedStream.open({ dir, clock });
    await again.publish('rum', range(3, 4));
    await again.close();
    expect(await readAll(4)).toHaveLength(4);
  });

  it.each([1, 5, 60])('drops a frame of which the last %i bytes are missing, and nothing before it', async (missing) => {
    const stream = await EmbeddedStream.open({ dir, clock });
    await stream.publish('rum', range(0, 3));
    await stream.publish('rum', range(3, 5));
    await stream.close();
    const path = join(dir, 'rum', (await segments())[0]!);
    await truncate(path, (await stat(path)).size - missing);
    expect(await readAll(3)).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
  });

  async function recentIds(): Promise<string[]> {
    const stream = await EmbeddedStream.open({ dir, clock });
    const ids: string[] = [];
    for await (const { beaconId } of stream.recentBeacons('rum', 0)) ids.push(beaconId);
    await stream.close();
    return [...new Set(ids)].sort();
  }
  const idsOf = (from: number, to: number) => range(from, to).map(({ headers }) => headers.beaconId);

  it.each([
    ['the last frame', 64 * 1024 * 1024, 2],
    ['the last two frames', 64 * 1024 * 1024, 0],
    ['the last two frames, in two segments', 100, 0],
  ])('remembers the ids of %s, which a crash left unnoted, also after the next one', async (_what, segmentBytes, noted) => {
    const stream = await EmbeddedStream.open({ dir, clock, segmentBytes });
    await stream.publish('rum', range(0, 2));
    await stream.publish('rum', range(2, 4));
    await stream.close();
    await truncate(join(dir, 'rum', 'recent-current.ids'), noted * 24);
    const again = await EmbeddedStream.open({ dir, clock });
    await again.publish('rum', range(4, 5));
    await again.close();
    expect(await recentIds()).toEqual(idsOf(0, 5));
  });

  it('reads ids that follow half a record', async () => {
    const stream = await EmbeddedStream.open({ dir, clock });
    await stream.publish('rum', range(0, 2));
    await stream.close();
    await appendFile(join(dir, 'rum', 'recent-current.ids'), Buffer.alloc(7, 1));
    const again = await EmbeddedStream.open({ dir, clock });
    await again.publish('rum', range(2, 3));
    await again.close();
    expect(await recentIds()).toEqual(idsOf(0, 3));
  });

  it('refuses messages above its backlog and takes them again when they were read', async () => {
    const stream = await EmbeddedStream.open({ dir, clock, maxBacklogBytes: 2_000 });
    const large = message(0, `${'x'.repeat(1_500)}\n`);
    await stream.publish('rum', [large]);
    await stream.publish('rum', [large]);
    await expect(stream.publish('rum', [large])).rejects.toMatchObject({ name: StreamUnavailable.name, reason: 'full' });
    const seen = new Recorder();
    await stream.consume(consume, seen.handle);
    await seen.until(2);
    while ((await stream.lag('rum', 'loader')).bytes! > 0) await clock.sleep(5);
    await stream.publish('rum', [large]);
    await seen.until(3);
    await stream.close();
  });

  it('waits with a block while its bounds cannot be written, and then goes on', async () => {
    const failed = Promise.withResolvers<void>();
    const stream = await EmbeddedStream.open({ dir, clock, onFailure: () => failed.resolve() });
    const inTheWay = join(dir, 'rum/loader.position.new');
    await mkdir(inTheWay);
    const seen = new Recorder();
    await stream.consume(consume, seen.handle);
    await stream.publish('rum', range(0, 2));
    await failed.promise;
    expect(seen.values).toEqual([]);
    await rm(inTheWay, { recursive: true });
    await seen.until(2);
    await stream.close();
  });

  it('hands a block out again after a stop while its bounds could not be written', async () => {
    const failed = Promise.withResolvers<void>();
    const stream = await EmbeddedStream.open({ dir, clock, onFailure: () => failed.resolve() });
    const inTheWay = join(dir, 'rum/loader.position.new');
    await mkdir(inTheWay);
    const seen = new Recorder();
    await stream.consume(consume, seen.handle);
    await stream.publish('rum', range(0, 2));
    await failed.promise;
    await stream.close();
    expect(seen.values).toEqual([]);
    await rm(inTheWay, { recursive: true });
    expect(await readAll(2)).toHaveLength(2);
  });

  it('deletes segments that every group has finished, and no others', async () => {
    const stream = await EmbeddedStream.open({ dir, clock, segmentBytes: 400 });
    const fast = new Recorder();
    await stream.consume(consume, fast.handle);
    for (let n = 0; n < 20; n++) await stream.publish('rum', [message(n)]);
    await fast.until(20);
    await stream.publish('rum', [message(20)]);
    await fast.until(21);
    await stream.publish('rum', [message(21)]);
    await fast.until(22);
    await stream.close();
    expect((await segments()).length).toBeLessThanOrEqual(2);
  });

  it('reads across segments', async () => {
    const stream = await EmbeddedStream.open({ dir, clock, segmentBytes: 400 });
    for (let n = 0; n < 20; n++) await stream.publish('rum', [message(n)]);
    await stream.close();
    expect((await segments()).length).toBeGreaterThan(5);
    expect(await readAll(20)).toHaveLength(20);
  });
});
