import { describe, expect, it } from '@jest/globals';
import { runKillRounds } from '../chaos/kill-rounds.ts';
import { seededRandom } from '../chaos/seeded-random.ts';

const rounds = 30;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

describe(`kill -9 in the middle of load, ${rounds} rounds, seed ${seed}`, () => {
  it('leaves every acknowledged beacon stored once, rollups equal to raw, the ledger balanced', async () => {
    const report = await runKillRounds({ rounds, loadMs: [100, 900], random: seededRandom(seed) });
    expect(report).toMatchObject({
      lost: [],
      doubled: [],
      invented: 0,
      altered: [],
      rollupsApart: 0,
      quantilesApart: 0,
      ledgerDifference: 0,
    });
    expect(report.acknowledged).toBe(report.sent);
    expect(report.acknowledged).toBeGreaterThan(rounds * 50);
    expect(report.resent).toBeGreaterThan(rounds);
  }, 600_000);
});
