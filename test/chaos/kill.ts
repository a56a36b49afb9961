// npm run chaos:kill -- [rounds] [seed]: the long form of test/e2e/kill.e2e.ts.
import { runKillRounds } from './kill-rounds.ts';
import { seededRandom } from './seeded-random.ts';

const [rounds = '200', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
process.stdout.write(`${rounds} rounds, seed ${seed}\n`);
const report = await runKillRounds({
  rounds: Number(rounds),
  loadMs: [100, 900],
  random: seededRandom(Number(seed)),
  onRound: (round, acknowledged) => process.stderr.write(`\rround ${round + 1} of ${rounds}, ${acknowledged} beacons acknowledged `),
});
process.stdout.write(`\n${JSON.stringify(report, null, 2)}\n`);
const sound = report.lost.length + report.doubled.length + report.quantilesApart + report.ledgerDifference === 0;
const equal = [report.minute, report.hour].every(({ counted, sum }) => counted === report.raw.counted && sum === report.raw.sum);
process.exitCode = sound && equal ? 0 : 1;
