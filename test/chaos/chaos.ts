// npm run chaos -- --rounds N [--minutes M] [--mode embedded|cluster] [--seed S] [--small-disk] [--only WORDS]
import { parseArgs } from 'node:util';
import type { Progress } from './chaos-run.ts';
import { runClusterRounds } from './cluster-rounds.ts';
import { runKillRounds } from './kill-rounds.ts';
import { problemsOf } from './stored-comparison.ts';

const usage = 'usage: npm run chaos -- --rounds N [--minutes M] [--mode embedded|cluster] [--seed S] [--small-disk] [--only WORDS]\n';
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2000' },
    minutes: { type: 'string' },
    mode: { type: 'string', default: 'cluster' },
    'small-disk': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, seed, minutes] = [Number(values.rounds), Number(values.seed), Number(values.minutes ?? 20 * 60)];
if (
  !Number.isInteger(rounds) ||
  rounds < 1 ||
  !Number.isInteger(seed) ||
  !(minutes > 0) ||
  !['embedded', 'cluster'].includes(values.mode)
) {
  process.stderr.write(usage);
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Every round of a few, one line in ten seconds of many. */
const everySeconds = rounds <= 60 ? 0 : 10;
let toldAt = 0;
const tell = ({ round, fault, acknowledged, seconds }: Progress) => {
  if (seconds - toldAt < everySeconds && round < rounds) return;
  toldAt = seconds;
  say(`${seconds.toFixed(0).padStart(5)} s  ${round}/${rounds}  ${acknowledged} acknowledged  ${fault}`);
};

say(`${rounds} rounds, ${values.mode}, seed ${seed}`);
const run = values.mode === 'cluster' ? runClusterRounds : runKillRounds;
const report = await run({ rounds, seed, minutes, smallDisk: values['small-disk'], only: values.only, onRound: tell });
const problems = problemsOf(report);
say(JSON.stringify(report, null, 2));
const { lost, doubled, altered, invented, ledgerDifference } = report;
say(
  `${problems.length === 0 ? 'sound' : `NOT SOUND (${problems.join(', ')})`}: ${report.rounds} rounds, ${report.acknowledged} acknowledged, ` +
    `${lost.count} lost, ${doubled.count} doubled, ${altered.count} altered, ${invented.count} invented, ledger difference ${ledgerDifference}`,
);
process.exit(problems.length === 0 ? 0 : 1);
