// npm run bench:detect -- [--seeds 11,12,13] [--series 655] [--otava PYTHON]: regressions planted in labelled series, found by the product, by
// the plain comparison and, where a Python with apache-otava is given (bench/otava/requirements.txt), by Apache Otava on the same series.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDraw, span, type Truth } from '../test/seed/regression-series/draw.ts';
import { type Answer, type Score, score } from '../test/seed/regression-series/score.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, series: { type: 'string', default: '655' }, otava: { type: 'string' }, only: { type: 'string' } },
});
// Seeds that nobody has looked at, unless some are asked for.
const fresh = () => Math.floor(Date.now() / 1000) % 1_000_000;
const seeds = values.seeds?.split(',').map(Number) ?? [fresh(), fresh() + 1, fresh() + 2];

interface Method {
  readonly name: string;
  readonly command: readonly string[];
}

const beaconhouse = (method: string) => [
  'node_modules/.bin/node',
  'dist/apps/cli/src/main.js',
  'detect',
  '--input',
  '-',
  '--method',
  method,
];
const methods: readonly Method[] = [
  { name: 'Beaconhouse', command: beaconhouse('shift') },
  { name: 'plain comparison', command: beaconhouse('simple') },
  ...(values.otava ? [{ name: 'Apache Otava, defaults', command: [values.otava, 'bench/otava/run.py'] }] : []),
].filter(({ name }) => values.only === undefined || name === values.only);

const folder = await mkdtemp(join(tmpdir(), 'beaconhouse-detect-'));
const scores = new Map<string, Score[]>();
try {
  for (const seed of seeds) {
    const truths: Truth[] = [];
    const lines: string[] = [];
    for (const { line, truth } of makeDraw(seed, Number(values.series))) {
      truths.push(truth);
      lines.push(JSON.stringify(line));
    }
    const file = join(folder, `${seed}.jsonl`);
    await writeFile(file, `${lines.join('\n')}\n`);
    for (const { name, command } of methods) {
      const { answers, seconds } = await answersOf(command, file);
      const scored = score(truths, answers, span.hours - span.evalFrom);
      scores.set(name, [...(scores.get(name) ?? []), scored]);
      process.stderr.write(`seed ${seed}, ${name}: F1 ${scored.f1.toFixed(3)}, ${seconds.toFixed(0)} s\n`);
      process.stderr.write(`  false alarms ${JSON.stringify(scored.falseAlarms)}\n  found ${JSON.stringify(scored.found)}\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const columns: readonly [string, keyof Score, number][] = [
  ['F1', 'f1', 3],
  ['precision', 'precision', 3],
  ['recall', 'recall', 3],
  ['core recall', 'coreRecall', 3],
  ['hidden by mix', 'maskedRecall', 2],
  ['false alarms a series-month', 'falseAlarmsPerSeriesMonth', 2],
  ['delay, h', 'delay', 1],
  ['of 50 %, h', 'delayOfLargest', 1],
  ['start within 3 h', 'closeStarts', 2],
  ['right place', 'rightPlace', 2],
  ['right deploy', 'rightDeploy', 2],
];
process.stdout.write(`\nMean of seeds ${seeds.join(', ')}, ${values.series} series each.\n\n`);
process.stdout.write(`| method | ${columns.map(([title]) => title).join(' | ')} |\n|${'---|'.repeat(columns.length + 1)}\n`);
for (const [name, all] of scores) {
  const cells = columns.map(([, key, digits]) => (all.reduce((sum, one) => sum + (one[key] as number), 0) / all.length).toFixed(digits));
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}

/** Standard input and output, as anybody would call it. */
async function answersOf(command: readonly string[], file: string): Promise<{ answers: Answer[]; seconds: number }> {
  const since = performance.now();
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => output.push(piece));
  child.stdin.end(await readFile(file));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  const lines = Buffer.concat(output).toString().trimEnd().split('\n');
  return { answers: lines.map((line) => JSON.parse(line)), seconds: (performance.now() - since) / 1000 };
}
