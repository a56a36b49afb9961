import { describe, expect, it } from '@jest/globals';
import { runClusterRounds } from '../chaos/cluster-rounds.ts';
import { problemsOf } from '../chaos/stored-comparison.ts';

const rounds = 30;
/** Of rounds; the ledger's audit and the comparison follow. Long runs are `npm run chaos`. */
const minutes = 1.5;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

describe(`faults on a cluster in the middle of load, up to ${rounds} rounds, seed ${seed}`, () => {
  it('leave every acknowledged beacon stored once and unaltered, rollups equal to raw, the ledger balanced', async () => {
    const report = await runClusterRounds({ rounds, minutes, seed });
    expect(problemsOf(report)).toEqual([]);
    expect(report.acknowledged).toBe(report.sent);
    expect(report.acknowledged).toBeGreaterThan(report.rounds * 100);
  }, 900_000);
});
