// npm run chaos:alerts -- [--rounds N] [--mode embedded|cluster] [--seed S]
import { parseArgs } from 'node:util';
import { runAlertKills } from './alert-kill-rounds.ts';
import { problemsOf } from './told-comparison.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    mode: { type: 'string', default: 'cluster' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, seed, mode] = [Number(values.rounds), Number(values.seed), values.mode];
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || (mode !== 'embedded' && mode !== 'cluster')) {
  process.stderr.write('usage: npm run chaos:alerts -- [--rounds N] [--mode embedded|cluster] [--seed S]\n');
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${rounds} rounds, ${mode}, seed ${seed}`);
const report = await runAlertKills({
  ...{ rounds, seed, mode },
  onRound: (round, fault, pages) => say(`${String(round).padStart(5)}/${rounds}  ${pages} pages  killed ${fault}`),
});
const problems = problemsOf(report);
say(JSON.stringify(report, null, 2));
const { incidents, lost, doubled, unresolved } = report;
say(
  `${problems.length === 0 ? 'sound' : `NOT SOUND (${problems.join(', ')})`}: ${report.rounds} rounds, ${incidents} incidents, ` +
    `${lost.length} lost, ${doubled.length} opened twice, ${unresolved.length} never resolved`,
);
process.exit(problems.length === 0 ? 0 : 1);
