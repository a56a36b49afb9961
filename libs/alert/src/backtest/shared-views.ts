import { type Stretch, stretchesOf } from '../evaluation/stretches.ts';
import type { Moments } from '../evaluation/window-question.ts';
import type { MeasuredRule } from '../rules/rule.ts';

/** The stretches that a rule looks at, those that are the same seen from another moment as one. */
export interface SharedViews {
  readonly views: readonly Stretch[];
  /** Moments that the views are asked for: those that are judged, and the earlier ones that they look at. */
  readonly moments: Moments;
  /** For each of the rule's stretches its view, and of how many moments earlier. */
  readonly parts: readonly { readonly view: number; readonly lag: number }[];
}

/** Of the moments that are judged at most so many are asked for beside them. */
const mostBeside = 0.25;

/** The parts of a window are one stretch, seen from five moments: where moments lie close, each stretch of time is measured once instead of five times. */
export function sharedViews(rule: MeasuredRule, moments: Moments): SharedViews {
  const stretches = stretchesOf(rule);
  const { views, parts, lag } = sharedStretches(stretches, moments.stepS);
  const judged = 1 + (moments.to - moments.from) / moments.stepS;
  if (lag > judged * mostBeside) return { views: stretches, moments, parts: stretches.map((_, view) => ({ view, lag: 0 })) };
  return { views, moments: { ...moments, from: moments.from - lag * moments.stepS }, parts };
}

/** How many of the stretches are asked for, where at least so many moments are judged at once. */
export function viewsOf(rule: MeasuredRule, stepS: number, judged: number): number {
  return sharedViews(rule, { from: 0, to: (judged - 1) * stepS, stepS }).views.length;
}

function sharedStretches(stretches: readonly Stretch[], stepS: number): Pick<SharedViews, 'views' | 'parts'> & { readonly lag: number } {
  const views: Stretch[] = [];
  const parts = stretches.map(({ from, to }) => {
    const lag = Math.floor(to / stepS);
    const [least, most] = [to - lag * stepS, from - lag * stepS];
    const known = views.findIndex((view) => view.from === most && view.to === least);
    return { view: known < 0 ? views.push({ from: most, to: least }) - 1 : known, lag };
  });
  return { views, parts, lag: Math.max(...parts.map((part) => part.lag)) };
}
