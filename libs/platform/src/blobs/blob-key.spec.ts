import { posix } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blobKey, partsOf } from './blob-key.ts';

const name = { project: 'shop', at: Date.UTC(2026, 0, 2, 3), job: 'shop.home.2026-01-02T03:00:00.000Z', run: 12 };

it('the key of a report says whose it is, and of which day', () => {
  const key = blobKey(name);
  expect(key).toBe('shop/2026/01/02/shop.home.2026-01-02T03:00:00.000Z/12.json.gz');
  expect(partsOf(key)).toEqual({ project: 'shop', job: name.job, run: 12 });
});

it.each(['..', '.', '', 'a/b', 'a\\b', '.hidden', 'a..b', 'a\0', 'a\n', 'ä', '%2e%2e', 'a b', 'x'.repeat(201)])(
  'no key has %j in it',
  (wrong) => {
    expect(() => blobKey({ ...name, job: wrong })).toThrow('no key of a report');
    expect(() => blobKey({ ...name, project: wrong })).toThrow('no key of a report');
  },
);

it('no key leads out of its folder, whatever the names', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer(), (project, job, run) => {
      let key: string;
      try {
        key = blobKey({ project, at: 0, job, run });
      } catch {
        return;
      }
      expect(posix.normalize(key)).toBe(key);
      expect(partsOf(key)).toEqual({ project, job, run });
    }),
  );
});
