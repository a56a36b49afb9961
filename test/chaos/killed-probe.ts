// Run by probe-kill-rounds.ts, which ends it with SIGKILL: a worker that sweeps what an earlier one left and then carries out a run for each line of its
// input, a plan as JSON; `abort` stops the run under way. It answers with a line each.
import { createInterface } from 'node:readline';
import { SystemClock } from '#platform';
import { type RunPlan, runOnce, sweepLeftovers } from '#probe';

const clock = new SystemClock();
let stop = new AbortController();
process.stdout.write(`ready ${await sweepLeftovers()}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'abort') stop.abort();
  else void run(JSON.parse(line) as RunPlan);
}

async function run(plan: RunPlan): Promise<void> {
  stop = new AbortController();
  const outcome = await runOnce(plan, { clock, signal: stop.signal });
  process.stdout.write(`${outcome.status === 'failed' ? `${outcome.reason} ${outcome.message.replaceAll('\n', ' ')}` : outcome.status}\n`);
}
