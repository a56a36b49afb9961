import { type AlertSeverity, isGraver } from '#contracts';
import type { Patience } from '../rules/patience.ts';
import { type Input, isMeasuredInput } from './input.ts';
import { flapWindowMs, type Instance, reopenMs } from './instance.ts';

/** What an instance has to say. Who hears it is decided elsewhere. */
export interface StepNotice {
  readonly kind: 'trigger' | 'update' | 'escalate' | 'deescalate' | 'resolve';
  readonly severity: AlertSeverity;
  readonly severityBefore?: AlertSeverity;
  readonly reason: StepReason;
}

export type StepReason =
  | ''
  | 'opened again'
  | 'rule changed'
  | 'flapping'
  | 'recovered'
  | 'new normal'
  | 'no data, not confirmed healthy'
  | 'resolved by hand'
  | 'gone for good, no longer expected';

export interface Step {
  readonly instance: Instance;
  readonly notices: readonly StepNotice[];
}

const flapReturns = 4;
/** After so long a changed level is what is usual. */
const latchMs = 6 * 3_600_000;

type Breach = Extract<Input, { kind: 'breach' }>;

/**
 * What one judgement makes of an instance: the same live, when slots are made up for, and in a backtest. `evalEnd`, milliseconds since
 * 1970, is the end of what was judged and grows from call to call; one that does not is answered with the instance as it is.
 */
export function step(instance: Instance, input: Input, patience: Patience, evalEnd: number): Step {
  if (evalEnd <= instance.lastEvalEnd) return { instance, notices: [] };
  if (input.kind === 'stale' || input.kind === 'error') return { instance: frozen(instance, evalEnd), notices: [] };
  const seen = seenAt(instance, input, evalEnd);
  if (isOver(seen, input, evalEnd)) return resolved(seen, evalEnd, 'new normal');
  switch (seen.state) {
    case 'normal':
      return input.kind === 'breach' ? rise(seen, input, patience, evalEnd) : { instance: seen, notices: [] };
    case 'pending':
      return pending(seen, input, patience, evalEnd);
    case 'firing':
    case 'recovering':
      return open(seen, input, patience, evalEnd);
  }
}

/** Time in which nobody could know counts for nothing. The first judgement has none before it. */
function frozen(instance: Instance, evalEnd: number): Instance {
  const passed = instance.lastEvalEnd === 0 ? 0 : evalEnd - instance.lastEvalEnd;
  const later = (moment: number | null) => (moment === null ? null : moment + passed);
  return { ...instance, clearSince: later(instance.clearSince), quietSince: later(instance.quietSince), lastEvalEnd: evalEnd };
}

function seenAt(instance: Instance, input: Input, evalEnd: number): Instance {
  // Of what is at rest it does not matter, and is not to be remembered minute by minute.
  const quiet = instance.state !== 'normal' && (input.kind === 'few' || input.kind === 'empty');
  const returns = instance.returns.filter((moment) => evalEnd - moment <= flapWindowMs);
  return { ...instance, returns, lastEvalEnd: evalEnd, quietSince: quiet ? (instance.quietSince ?? evalEnd) : null };
}

/** The latch of a change holds no longer than this. */
function isOver({ state, baseline, firedAt }: Instance, input: Input, evalEnd: number): boolean {
  if (state !== 'firing' && state !== 'recovering') return false;
  return baseline !== null && evalEnd - firedAt! >= latchMs && isMeasuredInput(input);
}

function rise(instance: Instance, input: Breach, { triggerAfter }: Patience, evalEnd: number): Step {
  const breachCount = instance.breachCount + 1;
  const rising: Instance = { ...instance, state: 'pending', breachCount, activeAt: instance.activeAt ?? evalEnd };
  return breachCount >= triggerAfter ? fire(rising, input, evalEnd) : { instance: rising, notices: [] };
}

function pending(instance: Instance, input: Input, patience: Patience, evalEnd: number): Step {
  if (input.kind === 'breach') return rise(instance, input, patience, evalEnd);
  const { windowMs, intervalMs } = patience;
  const waits = instance.quietSince !== null && evalEnd - instance.quietSince < Math.max(windowMs, 3 * intervalMs);
  return { instance: waits ? instance : atRest(instance), notices: [] };
}

function fire(instance: Instance, { severity, baseline }: Breach, evalEnd: number): Step {
  const again = instance.resolvedAt !== null && evalEnd - instance.resolvedAt <= reopenMs;
  const fired: Instance = {
    ...{
      ...instance,
      state: 'firing',
      severity,
      baseline: baseline ?? null,
      breachCount: 0,
      clearCount: 0,
      loweredCount: 0,
      clearSince: null,
    },
    firedAt: again ? instance.firedAt : evalEnd,
    episode: again ? instance.episode : instance.episode + 1,
    resolvedAt: null,
  };
  if (!again) return { instance: fired, notices: [{ kind: 'trigger', severity, reason: '' }] };
  const back = returned(fired, evalEnd);
  return { instance: back.instance, notices: [{ kind: 'trigger', severity, reason: 'opened again' }, ...back.notices] };
}

/** Firing again, from recovering or from normal. */
function returned(instance: Instance, evalEnd: number): Step {
  const returns = [...instance.returns, evalEnd];
  const flapping = instance.flapping || returns.length >= flapReturns;
  const news = flapping && !instance.flapping;
  return {
    instance: { ...instance, returns, flapping },
    notices: news ? [{ kind: 'update', severity: instance.severity!, reason: 'flapping' }] : [],
  };
}

function open(instance: Instance, input: Input, patience: Patience, evalEnd: number): Step {
  if (input.kind === 'clear') return well(instance, patience, evalEnd);
  if (input.kind === 'breach' || input.kind === 'hold') {
    const back: Instance = { ...instance, state: 'firing', clearCount: 0, clearSince: null };
    const flap = instance.state === 'recovering' && input.kind === 'breach' ? returned(back, evalEnd) : { instance: back, notices: [] };
    const shifted = withSeverity(flap.instance, input, patience);
    return { instance: shifted.instance, notices: [...flap.notices, ...shifted.notices] };
  }
  const { onNoData, noDataTimeoutMs } = patience;
  const silent = instance.quietSince !== null && evalEnd - instance.quietSince >= noDataTimeoutMs;
  if (silent && onNoData === 'resolve') return resolved(instance, evalEnd, 'no data, not confirmed healthy');
  return silent && onNoData === 'forget' ? resolved(instance, evalEnd, 'gone for good, no longer expected') : { instance, notices: [] };
}

/** One that swings stays open until it has been well for as long as swings are counted. */
function well(instance: Instance, { resolveAfter, keepFiringForMs }: Patience, evalEnd: number): Step {
  const clearCount = instance.clearCount + 1;
  const clearSince = instance.clearSince ?? evalEnd;
  const recovering: Instance = { ...instance, state: 'recovering', clearCount, clearSince };
  const least = instance.flapping ? Math.max(flapWindowMs, keepFiringForMs) : keepFiringForMs;
  const over = clearCount >= resolveAfter && evalEnd - clearSince >= least;
  return over ? resolved(recovering, evalEnd, 'recovered') : { instance: recovering, notices: [] };
}

/** Graver at once, milder only after as many judgements as an end takes. */
function withSeverity(instance: Instance, input: Extract<Input, { kind: 'breach' | 'hold' }>, { resolveAfter }: Patience): Step {
  const now = instance.severity!;
  if (input.kind === 'breach' && isGraver(input.severity, now))
    return shifted(instance, { kind: 'escalate', severity: input.severity, severityBefore: now, reason: '' });
  const milder = input.lowered !== null && isGraver(now, input.lowered) ? input.lowered : null;
  const loweredCount = milder === null ? 0 : instance.loweredCount + 1;
  if (milder === null || loweredCount < resolveAfter) return { instance: { ...instance, loweredCount }, notices: [] };
  return shifted(instance, { kind: 'deescalate', severity: milder, severityBefore: now, reason: '' });
}

function shifted(instance: Instance, notice: StepNotice): Step {
  return { instance: { ...instance, severity: notice.severity, loweredCount: 0 }, notices: [notice] };
}

/** Closes what is open, also where its rule is gone. */
export function resolved(instance: Instance, evalEnd: number, reason: StepReason): Step {
  const notice: StepNotice = { kind: 'resolve', severity: instance.severity!, reason };
  return { instance: { ...atRest(instance), resolvedAt: evalEnd, flapping: false }, notices: [notice] };
}

function atRest(instance: Instance): Instance {
  const counts = { breachCount: 0, clearCount: 0, loweredCount: 0 };
  return { ...instance, ...counts, state: 'normal', severity: null, activeAt: null, clearSince: null, quietSince: null, baseline: null };
}
