import { describe, expect, it } from '@jest/globals';
import { runKillRounds } from '../chaos/kill-rounds.ts';
import { SmallDisk } from '../chaos/small-disk.ts';
import { problemsOf } from '../chaos/stored-comparison.ts';

const rounds = 8;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

const trial = await SmallDisk.mount('beaconhouse-trial-');
await trial?.dispose();
/** Making a disk full without harm to others needs one that may be mounted: root. */
const itWithDisks = trial ? it : it.skip;

describe(`a full disk in the middle of load, ${rounds} rounds, seed ${seed}`, () => {
  itWithDisks(
    'is answered 503, and the product goes on by itself and loses nothing',
    async () => {
      const report = await runKillRounds({ rounds, seed, smallDisk: true });
      expect(problemsOf(report)).toEqual([]);
      expect(report.acknowledged).toBe(report.sent);
      expect(Object.keys(report.statuses).filter((status) => !['0', '204', '503'].includes(status))).toEqual([]);
    },
    300_000,
  );
});
