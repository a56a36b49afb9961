import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blobKey } from './blob-key.ts';
import type { BlobFacts, ReportBlobs } from './report-blobs.ts';

export interface BlobsUnderTest {
  readonly blobs: ReportBlobs;
  close(): Promise<void>;
}

const key = (job: string, run = 0) => blobKey({ project: 'shop', at: Date.UTC(2026, 11, 1, 23, 59), job, run });

/** What every place for reports keeps. Jobs keep the tests apart. */
export function reportBlobsContract(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`${name} as ReportBlobs`, () => {
    let place: BlobsUnderTest;
    let blobs: ReportBlobs;
    beforeAll(async () => {
      place = await open();
      blobs = place.blobs;
    });
    afterAll(() => place.close());

    const listed = async (job: string) => {
      const found: BlobFacts[] = [];
      for await (const facts of blobs.list()) if (facts.key.includes(`/${job}/`)) found.push(facts);
      return found.sort((one, other) => (one.key < other.key ? -1 : 1));
    };

    it('gives back what was put, to the byte, and says its SHA-256', async () => {
      const bytes = randomBytes(200_000);
      expect(await blobs.put(key('bytes'), bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(Buffer.from((await blobs.get(key('bytes')))!).equals(bytes)).toBe(true);
    });

    it('takes jobs that are named by monitor and time', async () => {
      const job = 'shop.home-page.2026-12-01T00:05:00.000Z';
      await blobs.put(key(job), Buffer.from('x'));
      expect(Buffer.from((await blobs.get(key(job)))!).toString()).toBe('x');
      expect((await listed(job)).map((one) => one.key)).toEqual([`shop/2026/12/01/${job}/0.json.gz`]);
    });

    it('has the last of what was put under one key', async () => {
      await blobs.put(key('twice'), Buffer.from('first, and longer'));
      await blobs.put(key('twice'), Buffer.from('second'));
      expect(Buffer.from((await blobs.get(key('twice')))!).toString()).toBe('second');
    });

    it('has one of the whole ones where several are put at once', async () => {
      const all = Array.from({ length: 8 }, (_, n) => Buffer.alloc(50_000, n));
      await Promise.all(all.map((bytes) => blobs.put(key('race'), bytes)));
      const kept = Buffer.from((await blobs.get(key('race')))!);
      expect(all.some((bytes) => bytes.equals(kept))).toBe(true);
    });

    it('knows nothing of what was never put', async () => {
      expect(await blobs.get(key('nothing'))).toBeNull();
      await blobs.delete(key('nothing'));
    });

    it('forgets what was deleted', async () => {
      await blobs.put(key('gone'), Buffer.from('x'));
      await blobs.delete(key('gone'));
      expect(await blobs.get(key('gone'))).toBeNull();
      expect(await listed('gone')).toEqual([]);
    });

    it('lists all there is, with size and time, also where there is much', async () => {
      for (let run = 0; run < 7; run++) await blobs.put(key('many', run), Buffer.alloc(10 + run));
      const all = await listed('many');
      expect(all.map((one) => one.key)).toEqual(Array.from({ length: 7 }, (_, run) => key('many', run)));
      expect(all.map(({ bytes }) => bytes)).toEqual([10, 11, 12, 13, 14, 15, 16]);
      for (const { at } of all) expect(at).toBeGreaterThan(Date.UTC(2020, 0));
    });

    it.each(['../secret', '/etc/passwd', 'shop/2026/12/01/../0.json.gz', 'shop/2026/12/01/a/0.json', 'shop/2026/12/01/a%2f/0.json.gz', ''])(
      'refuses %j for a key',
      async (wrong) => {
        await expect(blobs.put(wrong, Buffer.from('x'))).rejects.toThrow('no key of a report');
        await expect(blobs.get(wrong)).rejects.toThrow('no key of a report');
        await expect(blobs.delete(wrong)).rejects.toThrow('no key of a report');
      },
    );
  });
}
