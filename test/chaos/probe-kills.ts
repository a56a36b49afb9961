// npm run chaos:probe -- [--rounds N] [--seed S]
import { parseArgs } from 'node:util';
import { runProbeKills } from './probe-kill-rounds.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run chaos:probe -- [--rounds N] [--seed S]\n');
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${rounds} rounds, seed ${seed}`);
const onRound = (round: number, fault: string, outcome: string) =>
  say(`${String(round).padStart(5)}/${rounds}  killed ${fault}: ${outcome.slice(0, 120)}`);
const report = await runProbeKills({ rounds, seed, onRound });
say(JSON.stringify(report, null, 2));
const isSound = report.left.length === 0 && report.zombies === 0;
say(
  `${isSound ? 'sound' : 'NOT SOUND'}: ${rounds} rounds, ${report.left.length} processes or folders left, ${report.zombies} zombies, ` +
    `${report.swept} cleared by the next worker`,
);
process.exit(isSound ? 0 : 1);
