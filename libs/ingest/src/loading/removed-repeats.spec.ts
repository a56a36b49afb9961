import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Block, EmbeddedStream, ManualClock } from '#platform';
import { type ReadBack, RemovedRepeats } from './removed-repeats.ts';

const minute = 60_000;
/** Of one letter, a to f. */
const idOf = (letter: string) => `${letter.repeat(8)}-0000-7000-8000-000000000000`;
const message = (letter: string) => {
  const headers = { tenant: 't', keyId: 'web', events: 1, beaconId: idOf(letter) };
  return { key: 'k', headers, value: Buffer.from('{}\n') };
};

describe('RemovedRepeats', () => {
  let dir: string;
  let clock: ManualClock;
  let stream: EmbeddedStream;
  let read: ReadBack[];
  let repeats: RemovedRepeats;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'repeats-'));
    // Days ago by this machine's clock: what is loaded may have waited for as long as the stream keeps it.
    clock = new ManualClock(Date.now() - 2 * 24 * 60 * minute);
    stream = await EmbeddedStream.open({ dir, clock });
    read = [];
    repeats = new RemovedRepeats(stream, (one) => read.push(one));
  });
  afterEach(async () => {
    await stream.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** As it came onto the stream now. */
  const blockAt = (first: number, letters: readonly string[]): Block => ({
    ...{ topic: 'rum', partition: 0, first, last: first + letters.length - 1, repeated: false },
    messages: letters.map((letter, index) => ({ ...message(letter), offset: first + index, storedAt: clock.now() })),
  });
  const firstsOf = async (block: Block, by = repeats) => (await by.look(block)).firsts.map(({ headers }) => headers.beaconId[0]);

  it('knows what came before a block, however long ago that was when it gets the partition', async () => {
    await stream.publish('rum', [message('a'), message('b')]);
    await clock.advance(minute);
    expect(await firstsOf(blockAt(2, ['a', 'c']))).toEqual(['c']);
    expect(read).toEqual([{ topic: 'rum', partition: 0, before: 2, beacons: 2 }]);
  });

  it('answers for a block that was stored and is handed out again as before, and reads nothing back for it', async () => {
    await stream.publish('rum', [message('a')]);
    const block = blockAt(1, ['a', 'b', 'b', 'c']);
    (await repeats.look(block)).stored();
    const again = await repeats.look({ ...block, repeated: true });
    expect(again.firsts.map(({ offset }) => offset)).toEqual([2, 4]);
    again.stored();
    expect(await firstsOf(blockAt(5, ['c', 'd']))).toEqual(['d']);
    expect(read).toHaveLength(1);
  });

  it('gives up reading back when it is told to, and answers the same block afterwards', async () => {
    await stream.publish('rum', [message('a')]);
    const ending = new AbortController();
    const block = blockAt(1, ['a', 'b']);
    const looking = repeats.look(block, ending.signal);
    ending.abort(new Error('the loader stops'));
    await expect(looking).rejects.toThrow('the loader stops');
    expect(await firstsOf(block)).toEqual(['b']);
  });

  it('remembers for 15 minutes of the stream what it read back and what it loaded', async () => {
    await stream.publish('rum', [message('a')]);
    await clock.advance(minute);
    (await repeats.look(blockAt(1, ['b']))).stored();
    await clock.advance(13 * minute);
    expect(await firstsOf(blockAt(2, ['a', 'b', 'c']))).toEqual(['c']);
    await clock.advance(30 * minute);
    (await repeats.look(blockAt(2, ['c']))).stored();
    await clock.advance(16 * minute);
    expect(await firstsOf(blockAt(3, ['a', 'b']), new RemovedRepeats(stream))).toEqual(['a', 'b']);
  });
});
