import { describe, expect, it } from '@jest/globals';
import { runKillRounds } from '../chaos/kill-rounds.ts';
import { problemsOf } from '../chaos/stored-comparison.ts';

const rounds = 30;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

describe(`kill -9 in the middle of load, ${rounds} rounds, seed ${seed}`, () => {
  it('leaves every acknowledged beacon stored once and unaltered, rollups equal to raw, the ledger balanced', async () => {
    const report = await runKillRounds({ rounds, seed });
    expect(problemsOf(report)).toEqual([]);
    expect(report.acknowledged).toBe(report.sent);
    expect(report.acknowledged).toBeGreaterThan(rounds * 100);
    expect(report.resent).toBeGreaterThan(rounds);
    expect(report.repeated).toBeGreaterThan(rounds);
  }, 600_000);
});
