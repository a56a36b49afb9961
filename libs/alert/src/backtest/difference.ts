import type { BacktestIncident } from './backtest-incidents.ts';
import type { Told } from './told.ts';

/** What a rule would do that the saved one does not, and the other way round. */
export interface BacktestDifference {
  /** Only the tried rule has them, and only the saved one. */
  readonly gained: readonly BacktestIncident[];
  readonly lost: readonly BacktestIncident[];
  /** Of both, at the same time. */
  readonly kept: number;
  /** Of the saved rule. */
  readonly pagesBefore: number;
  readonly messagesBefore: number;
}

type Tried = Pick<Told, 'pages' | 'messages'> & { readonly incidents: readonly BacktestIncident[] };

/** Incidents are the same where they are about the same and lasted at the same time. */
export function differenceOf(tried: Tried, saved: Tried): BacktestDifference {
  const without = (some: readonly BacktestIncident[], others: readonly BacktestIncident[]) =>
    some.filter((one) => !others.some((other) => sameTrouble(one, other)));
  const gained = without(tried.incidents, saved.incidents);
  return {
    gained,
    lost: without(saved.incidents, tried.incidents),
    kept: tried.incidents.length - gained.length,
    pagesBefore: saved.pages,
    messagesBefore: saved.messages,
  };
}

/** Labels that only one of the rules tells apart say nothing. */
function sameTrouble(one: BacktestIncident, other: BacktestIncident): boolean {
  const atOnce = one.openedAt <= (other.resolvedAt ?? Infinity) && other.openedAt <= (one.resolvedAt ?? Infinity);
  return atOnce && Object.entries(one.labels).every(([name, value]) => (other.labels[name] ?? value) === value);
}
