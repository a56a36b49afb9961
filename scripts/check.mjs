// Runs every script named `check:*` in package.json, as many at once as there are cores, and shows the problems of all.
// `--report FILE` also writes {"passed","failed"} for those who add up.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({ options: { report: { type: 'string' } } });
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const waiting = Object.entries(scripts)
  .filter(([name]) => name.startsWith('check:'))
  .map(([name, command]) => ({ name: name.slice('check:'.length), command }));

const results = [];
await Promise.all(Array.from({ length: availableParallelism() }, runWaitingSteps));

const failed = results.filter((result) => result.code !== 0);
for (const { name, command, code, output } of failed) {
  console.log(`\n── ${name}: ${command} (exit code ${code})\n${output.trimEnd() || 'no output'}`);
}
console.log(`\n${results.length - failed.length} of ${results.length} checks hold`);
if (options.report) writeFileSync(options.report, JSON.stringify({ passed: results.length - failed.length, failed: failed.length }));
process.exitCode = failed.length > 0 ? 1 : 0;

async function runWaitingSteps() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const result = await runStep(step);
    results.push(result);
    console.log(`${result.code === 0 ? '✓' : '✗'} ${step.name.padEnd(16)} ${(result.ms / 1000).toFixed(1)} s`);
  }
}

/** A step is what npm would run: its command line, with the project's own programs first on the path. */
function runStep({ name, command }) {
  const started = performance.now();
  const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
  const child = spawn(command, { cwd: root, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ name, command, code: code ?? signal, output, ms: performance.now() - started }));
  });
}
