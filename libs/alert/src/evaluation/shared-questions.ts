import type { MeasuredRule } from '../rules/rule.ts';
import { questionOf, type View, type WindowQuestion } from './window-question.ts';

interface Due {
  readonly project: string;
  readonly rule: MeasuredRule;
  /** In their order, seconds since 1970. */
  readonly moments: readonly number[];
}

/** One question for several rules. */
export interface SharedQuestion<Rule extends Due> {
  readonly question: WindowQuestion;
  readonly wanting: readonly {
    readonly due: Rule;
    /** Which of the question's views are the rule's, in its own order. */
    readonly views: readonly number[];
  }[];
}

/** The engine's text of a question grows with its views. */
const mostViews = 96;

/** Rules that read the same metric by the same labels at the same moments ask together, each view once. */
export function sharedQuestions<Rule extends Due>(due: readonly Rule[]): SharedQuestion<Rule>[] {
  const wanted = due.map((one) => {
    const { moments, rule, project } = one;
    const asked = { from: moments[0]!, to: moments.at(-1)!, stepS: rule.patience.intervalMs / 1_000 };
    return { due: one, question: questionOf(rule, project, asked) };
  });
  const alike = Map.groupBy(wanted, ({ question: { views: _, ...rest } }) => JSON.stringify(rest));
  return [...alike.values()].flatMap(inParts);
}

function inParts<Rule extends Due>(wanted: readonly { readonly due: Rule; readonly question: WindowQuestion }[]): SharedQuestion<Rule>[] {
  const parts: { views: Map<string, View>; wanting: SharedQuestion<Rule>['wanting'][number][] }[] = [];
  for (const { due, question } of wanted) {
    const keys = question.views.map((view) => JSON.stringify(view));
    const fits = (views: ReadonlyMap<string, View>) => new Set([...views.keys(), ...keys]).size <= mostViews;
    if (parts.length === 0 || !fits(parts.at(-1)!.views)) parts.push({ views: new Map(), wanting: [] });
    const part = parts.at(-1)!;
    for (const [i, view] of question.views.entries()) part.views.set(keys[i]!, view);
    const order = [...part.views.keys()];
    part.wanting.push({ due, views: keys.map((key) => order.indexOf(key)) });
  }
  const { question } = wanted[0]!;
  return parts.map(({ views, wanting }) => ({ question: { ...question, views: [...views.values()] }, wanting }));
}
