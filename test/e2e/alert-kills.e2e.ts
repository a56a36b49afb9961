import { describe, expect, it } from '@jest/globals';
import { runAlertKills } from '../chaos/alert-kill-rounds.ts';
import { problemsOf } from '../chaos/told-comparison.ts';

const modes = [
  ['embedded', 12],
  ['cluster', 8],
] as const;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

describe.each(modes)(`kill -9 of the alerting service (%s, %d rounds, seed ${seed})`, (mode, rounds) => {
  it('loses no page, wakes nobody twice, and tells every end', async () => {
    const report = await runAlertKills({ mode, rounds, seed });
    expect({ problems: problemsOf(report), ...report }).toMatchObject({ problems: [], lost: [], doubled: [], unresolved: [] });
    // How many are told between two kills depends on how fast the machine is; that some were is what makes this a test.
    expect(Math.min(report.pages, report.messages)).toBeGreaterThan(0);
  }, 600_000);
});
