import { coversWeights, uniform, type Weighting, weightingOf, weightsIn } from '#contracts';
import type { Warehouse } from '#platform';
import { type LabelSetsRow, labelSets } from '../evaluation/label-sets.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { dataRuleOf } from '../rules/rule-of.ts';
import { type BacktestIncident, byTime, incidentsOf } from './backtest-incidents.ts';
import { type BacktestPlan, planBacktest, type Span } from './backtest-plan.ts';
import { type BacktestDifference, differenceOf } from './difference.ts';
import { historyOf, ruleHistory } from './history.ts';
import { inOrder } from './in-order.ts';
import { JudgedHistory } from './judged-history.ts';
import type { HistoryRow } from './measured-view.ts';
import { type Told, toldOf } from './told.ts';

export interface BacktestRequest extends Span {
  readonly rule: MeasuredRule;
  readonly project: string;
  /** Seconds between two judgements, at least; as often as live where it is absent. */
  readonly stepS?: number;
  /** The rule as it is saved: what would be different is told. */
  readonly against?: MeasuredRule;
}

export interface BacktestParts {
  readonly warehouse: Warehouse;
  readonly signal?: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** What a rule would have done. Times are milliseconds since 1970. */
export interface BacktestReport extends Span, Told {
  readonly rule: string;
  readonly project: string;
  /** Seconds between two judgements. */
  readonly stepS: number;
  /** Live it is judged more often: that would be too many judgements. */
  readonly coarser: boolean;
  readonly moments: number;
  readonly sets: number;
  readonly judgements: number;
  readonly incidents: readonly BacktestIncident[];
  /** Of all sets of labels together. */
  readonly firingMs: number;
  readonly longestMs: number;
  readonly flaps: number;
  /** Judgements that said nothing for want of events. */
  readonly skippedFew: number;
  /** To the saved rule; null where it was not given. */
  readonly difference: BacktestDifference | null;
  /** What history does not know. */
  readonly notShown: readonly string[];
}

const notShown = [
  'Late data: what came after its minute was judged counts here as if it had been in time.',
  'Failures: live, nothing is judged while the warehouse does not answer or events wait to be loaded.',
  'Silences, acknowledgements and what people closed by hand: everything is told here.',
  'Routes: live they decide what shares a message and how long it waits; here what is less grave and begins in one minute is one message.',
  'What was open when the time began: it is found anew, from the first judgement on.',
];

/** Questions that the engine works on while an answer is judged. */
const asked = 2;

/** Judges a rule over what is stored, by the same functions as live. Rejects with the signal's reason where it aborts. */
export async function backtest(parts: BacktestParts, request: BacktestRequest): Promise<BacktestReport> {
  const { against } = request;
  const half = against ? 0.5 : 1;
  const told = (before: number): BacktestParts => ({ ...parts, onProgress: (share) => parts.onProgress?.(before + half * share) });
  const report = await backtestOne(told(0), request);
  if (!against) return report;
  return { ...report, difference: differenceOf(report, await backtestOne(told(half), { ...request, rule: against })) };
}

/** One rule's part of it. */
interface Judged {
  readonly plan: BacktestPlan;
  readonly sets: number;
  readonly history: JudgedHistory;
}

/** Live, what watches that there is something to measure is a rule beside the rule. */
async function backtestOne(parts: BacktestParts, request: BacktestRequest): Promise<BacktestReport> {
  const data = dataRuleOf(request.rule);
  const share = data ? 0.5 : 1;
  const told = (before: number): BacktestParts => ({ ...parts, onProgress: (part) => parts.onProgress?.(before + share * part) });
  const judged = await judgeHistory(told(0), request);
  return reportOf(request, judged, data ? [judged, await judgeHistory(told(share), { ...request, rule: data })] : [judged]);
}

async function judgeHistory({ warehouse, signal, onProgress }: BacktestParts, request: BacktestRequest): Promise<Judged> {
  const { project } = request;
  const { sets, weighting } = await knownOf(warehouse, request, signal);
  const plan = planBacktest(request.rule, request, sets, request.stepS);
  const rule = atStep(request.rule, plan);
  const history = new JudgedHistory(project, rule);
  const slices = sets === 0 ? [] : plan.slices;
  let done = 0;
  const answers = inOrder(slices, asked, (slice) =>
    warehouse.ask<HistoryRow>({ ...ruleHistory(rule, project, slice, weighting), ...(signal && { signal }) }),
  );
  for await (const [slice, rows] of answers) {
    signal?.throwIfAborted();
    history.take(slice, historyOf(rule, slice, rows));
    done += 1;
    onProgress?.(done / slices.length);
  }
  return { plan, sets, history };
}

async function knownOf(
  warehouse: Warehouse,
  { rule, project, from, to }: BacktestRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly sets: number; readonly weighting: Weighting }> {
  const span = { from: Math.floor(from / 1_000), to: Math.floor(to / 1_000) };
  const rows = await warehouse.ask<LabelSetsRow>({ ...labelSets(rule, project, span), ...(signal && { signal }) });
  const sets = Number(rows[0]?.sets ?? 0);
  const weights = sets === 0 ? [] : weightsIn(rows);
  return { sets, weighting: coversWeights(uniform, weights) ? uniform : weightingOf(weights) };
}

/** Its own pause is part of a rule's patience. */
function atStep(rule: MeasuredRule, { coarser, stepS }: BacktestPlan): MeasuredRule {
  return coarser ? { ...rule, patience: { ...rule.patience, intervalMs: stepS * 1_000 } } : rule;
}

/** `all`: of the rule, and of what watches its data. */
function reportOf({ rule, project, from, to }: BacktestRequest, { plan, sets }: Judged, all: readonly Judged[]): BacktestReport {
  const { stepS, coarser, moments } = plan;
  const histories = all.map(({ history }) => history);
  const incidents = histories.flatMap((history) => incidentsOf(history, to)).sort(byTime);
  const transitions = histories.flatMap((history) => history.transitions).sort((one, other) => one.evalEnd - other.evalEnd);
  const judgements = histories.reduce((total, history) => total + history.judgements, 0);
  const sum = (of: (incident: BacktestIncident) => number) => incidents.reduce((total, incident) => total + of(incident), 0);
  return {
    ...{ rule: rule.id, project, from, to, stepS, coarser, moments, sets, judgements, incidents },
    ...toldOf(transitions, { from, to }),
    firingMs: sum(({ firingMs }) => firingMs),
    longestMs: Math.max(0, ...incidents.map(({ firingMs }) => firingMs)),
    flaps: sum(({ flaps }) => flaps),
    skippedFew: histories.reduce((total, { inputs }) => total + (inputs.get('few') ?? 0), 0),
    ...{ difference: null, notShown },
  };
}
