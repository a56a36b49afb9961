import { describe, expect, it } from '@jest/globals';
import { runAlertKills } from '../chaos/alert-kill-rounds.ts';
import { problemsOf } from '../chaos/told-comparison.ts';

const rounds = 20;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

describe(`kill -9 of the alerting service, ${rounds} rounds, seed ${seed}`, () => {
  it('loses no page, wakes nobody twice, and tells every end', async () => {
    const report = await runAlertKills({ rounds, seed });
    expect({ problems: problemsOf(report), ...report }).toMatchObject({ problems: [], lost: [], doubled: [], unresolved: [] });
    expect(report.pages).toBeGreaterThan(rounds);
  }, 600_000);
});
