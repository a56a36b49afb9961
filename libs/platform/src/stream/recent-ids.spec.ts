import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SmallDisk } from '../../../../test/chaos/small-disk.ts';
import { RecentIds } from './recent-ids.ts';

const window = 1_000;
const uuids = (count: number) => Array.from({ length: count }, () => randomUUID());

async function idsIn(recent: RecentIds): Promise<string[]> {
  const found: string[] = [];
  for await (const { beaconId } of recent.since(0)) found.push(beaconId);
  return found;
}

const disk = await SmallDisk.mount('recent-ids-');
/** Making a disk full without harm to others needs one that may be mounted: root. */
const itWithDisk = disk ? it : it.skip;
afterAll(() => disk?.dispose());

describe('RecentIds', () => {
  it('covers at least a window over two files, also after it was opened again', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'recent-ids-'));
    const recent = await RecentIds.open(dir, window, 1_000_000);
    const ids = uuids(4);
    for (const [n, id] of ids.entries()) await recent.append((n + 1) * 600, [id]);
    await recent.close();
    const again = await RecentIds.open(dir, window, 1_000_000);
    expect(await idsIn(again)).toEqual(ids);
    await again.close();
    await rm(dir, { recursive: true });
  });

  itWithDisk('owes what a full disk did not take, and writes it whole when there is room', async () => {
    const recent = await RecentIds.open(disk!.dir, window, 1_000_000);
    const [first, refused, later] = [uuids(10), uuids(1_000), uuids(10)];
    await recent.append(1, first);
    await disk!.fill();
    await expect(recent.append(2, refused)).rejects.toThrow();
    await expect(recent.settle(3)).rejects.toThrow();
    // The window is over: the turn needs a new file.
    await expect(recent.append(5_000, later)).rejects.toThrow();
    expect(recent.owes).toBe(true);
    expect(await idsIn(recent)).toEqual(first);
    await disk!.free();
    await recent.settle(5_001);
    expect(recent.owes).toBe(false);
    expect(await idsIn(recent)).toEqual([...first, ...refused, ...later]);
    await recent.close();
  });
});
