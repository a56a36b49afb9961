import { expect, it } from '@jest/globals';
import { probeFaults, runProbeKills } from '../chaos/probe-kill-rounds.ts';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

it(`of killed runs of Lighthouse nothing is left, whoever is killed (seed ${seed})`, async () => {
  const report = await runProbeKills({ rounds: probeFaults.length, seed });
  expect(report).toMatchObject({ left: [], zombies: 0 });
}, 600_000);
