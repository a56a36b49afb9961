import type { Clock } from '#platform';
import type { RunReply } from './child-messages.ts';
import { withMachineLock } from './processes/machine-lock.ts';
import { makeRunFolder } from './processes/run-folder.ts';
import type { FailedRun, RunOutcome } from './run-outcome.ts';
import type { RunPlan } from './run-plan.ts';
import { RunProcess } from './run-process.ts';
import { RunTrouble } from './run-trouble.ts';
import { Secrets } from './secrets.ts';
import { whyUnusable } from './why-unusable.ts';

export interface RunOptions {
  readonly clock: Clock;
  /** Ends the run, also while it waits for its turn. */
  readonly signal?: AbortSignal;
}

/**
 * Visits a page once, or carries out one flow, with a fresh browser in a process of its own, when no other run is under way on this machine. Afterwards no
 * process and no file of it is left. Never throws for trouble of the run: that is an outcome, with a reason from the closed list.
 */
export async function runOnce(plan: RunPlan, { clock, signal }: RunOptions): Promise<RunOutcome> {
  let beganMs = clock.now();
  try {
    const wrong = whyUnusable(plan);
    if (wrong) throw wrong;
    return await withMachineLock(async () => {
      beganMs = clock.now();
      return await runAlone(plan, clock, signal);
    }, signal);
  } catch (error) {
    return failed(error, signal, Secrets.of(plan), clock.now() - beganMs);
  }
}

async function runAlone(plan: RunPlan, clock: Clock, signal: AbortSignal | undefined): Promise<RunOutcome> {
  const beganMs = clock.now();
  const running = await RunProcess.start(plan, await makeRunFolder());
  try {
    const reply = await replyWithin(running, plan.limitMs, signal);
    const peakBytes = await running.clear();
    const wallMs = clock.now() - beganMs;
    return reply.status === 'measured' ? { ...reply, wallMs, peakBytes } : { ...reply, wallMs };
  } finally {
    await running.clear();
  }
}

/** Throws RunTrouble when it is stopped, by whomever, or ends without an answer. */
async function replyWithin(running: RunProcess, limitMs: number, signal: AbortSignal | undefined): Promise<RunReply> {
  const limit = AbortSignal.timeout(limitMs);
  const stop = AbortSignal.any(signal ? [signal, limit] : [limit]);
  const stopped = aborted(stop).then(() => 'stopped' as const);
  const reply = await Promise.race([running.reply, stopped]);
  if (reply === 'stopped') {
    await running.stop();
    signal?.throwIfAborted();
    throw new RunTrouble('timeout', `it was not over within its limit of ${limitMs / 1_000} s`);
  }
  if (reply === undefined) throw new RunTrouble('machine', running.lastWords);
  return reply;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function failed(error: unknown, signal: AbortSignal | undefined, secrets: Secrets, wallMs: number): FailedRun {
  const known = error instanceof RunTrouble ? error : undefined;
  const reason = known?.reason ?? (signal?.aborted ? 'aborted' : 'machine');
  const message = reason === 'aborted' ? 'it was stopped before it was over' : error instanceof Error ? error.message : String(error);
  return { status: 'failed', reason, message: secrets.maskIn(message), wallMs };
}
