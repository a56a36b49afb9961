import { offsetOf } from '../evaluation/due-moments.ts';
import { metricsOf } from '../evaluation/label-sets.ts';
import { stretchesOf } from '../evaluation/stretches.ts';
import type { Moments } from '../evaluation/window-question.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { viewsOf } from './shared-views.ts';

/** More moments than this are judged less often. */
const mostMoments = 50_000;
/** Likewise moments times sets of labels. */
const mostJudgements = 1_000_000;

/** Sketches that one question holds in memory, some kilobytes each. */
const sketchesInQuestion = 25_000;
/** Sketches that one question merges: a few seconds. */
const mergesInQuestion = 1_500_000;

/** Of windows more than twice as long, whole hours are read instead of minutes, as long as a question is no longer than that. */
const byHoursS = 6 * 3_600;

export interface Span {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface BacktestPlan {
  /** Seconds between two judgements. */
  readonly stepS: number;
  /** The rule is judged more often than that. */
  readonly coarser: boolean;
  readonly moments: number;
  /** One question each, in their order. */
  readonly slices: readonly Moments[];
}

/** Moments to judge, and how they are asked for. `stepS`: no more often than that, a multiple of the rule's own pause or made one. */
export function planBacktest(rule: MeasuredRule, { from, to }: Span, sets: number, stepS = 0): BacktestPlan {
  const interval = rule.patience.intervalMs / 1_000;
  const seconds = Math.max(0, to - from) / 1_000;
  const most = Math.min(mostMoments, Math.floor(mostJudgements / Math.max(1, sets)));
  const step = interval * Math.max(1, Math.ceil(stepS / interval), Math.ceil(seconds / interval / Math.max(1, most)));
  const offset = offsetOf(rule.id, interval);
  const first = Math.ceil((from / 1_000 - offset) / step) * step + offset;
  const moments = Math.max(0, 1 + Math.floor((to / 1_000 - first) / step));
  const slices: Moments[] = [];
  const size = sliceSize(rule, sets, step);
  for (let begin = 0; begin < moments; begin += size)
    slices.push({ from: first + begin * step, to: first + (Math.min(moments, begin + size) - 1) * step, stepS: step });
  return { stepS: step, coarser: step > interval, moments, slices };
}

function sliceSize(rule: MeasuredRule, sets: number, step: number): number {
  const stretches = stretchesOf(rule).map(({ from, to }) => from - to);
  const sized = (views: number) => sizeOf(stretches, Math.max(1, sets) * metricsOf(rule) * views, step);
  const all = sized(stretches.length);
  return sized(viewsOf(rule, step, all));
}

function sizeOf(stretches: readonly number[], windows: number, step: number): number {
  const merges = Math.max(1, ...stretches.map((lengthS) => Math.min(lengthS, byHoursS) / step));
  const size = Math.floor(Math.min(sketchesInQuestion / windows, mergesInQuestion / (windows * merges)));
  // Hours are read where they lie in the window of every moment that is asked for.
  const short = Math.max(...stretches) > 2 * byHoursS ? byHoursS / step : size;
  return Math.max(60, Math.min(size, Math.floor(short)));
}

export function momentsIn({ from, to, stepS }: Moments): number[] {
  return Array.from({ length: 1 + (to - from) / stepS }, (_, index) => from + index * stepS);
}
