// npm run chaos -- --rounds N [--mode embedded|cluster] [--seed S]
import { parseArgs } from 'node:util';
import { runClusterRounds } from './cluster-rounds.ts';
import { runKillRounds } from './kill-rounds.ts';
import { seededRandom } from './seeded-random.ts';
import { isSound } from './stored-comparison.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2000' },
    mode: { type: 'string', default: 'cluster' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || !['embedded', 'cluster'].includes(values.mode)) {
  process.stderr.write('usage: npm run chaos -- --rounds N [--mode embedded|cluster] [--seed S]\n');
  process.exit(2);
}
process.stdout.write(`${rounds} rounds, ${values.mode}, seed ${seed}\n`);
const random = seededRandom(seed);
const tell = (round: number, what: string, acknowledged: number) =>
  process.stderr.write(`${round + 1}/${rounds} ${what}: ${acknowledged} acknowledged\n`);
const report =
  values.mode === 'cluster'
    ? await runClusterRounds({ rounds, random, onRound: tell })
    : await runKillRounds({ rounds, loadMs: [100, 900], random, onRound: (round, acknowledged) => tell(round, 'killed', acknowledged) });
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const sound = isSound(report);
process.stdout.write(
  `${sound ? 'sound' : 'NOT SOUND'}: ${rounds} rounds, ${report.acknowledged} acknowledged, ${report.lost.length} lost, ${report.doubled.length} doubled, ledger difference ${report.ledgerDifference}\n`,
);
process.exit(sound ? 0 : 1);
