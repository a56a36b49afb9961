import { percentiles, type Weighting } from '#contracts';
import type { Question } from '#platform';
import { type LabelledWindows, labelled, labelText, measuredOf } from '../evaluation/labelled-windows.ts';
import { askedOf, type Moments, questionOf, type WindowQuestion } from '../evaluation/window-question.ts';
import type { Measured, MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { type HistoryRow, MeasuredView } from './measured-view.ts';
import { type SharedViews, sharedViews } from './shared-views.ts';

/** Places that minutes may have in windows, in one block of the engine. */
const placesInBlock = 1_000_000;
const mostInBlock = 65_409;

/** What is asked live, answered in columns. */
export function ruleHistory(rule: MeasuredRule, project: string, moments: Moments, weighting: Weighting): Question {
  const shared = sharedViews(rule, moments);
  const views = shared.views.map((view) => ({ ...view, scope: rule.scope }));
  const question = { ...questionOf(rule, project, shared.moments), views };
  const { sql, params } = askedOf(question, weighting);
  const level = question.reading === 'quantiles' ? percentiles.indexOf(rule.metric.statistic as (typeof percentiles)[number]) : -1;
  const rated = (column: string) => (question.reading === 'bad' ? `groupArray(toFloat64(${column}))` : '[]::Array(Float64)');
  const block = Math.max(1, Math.min(mostInBlock, Math.floor(placesInBlock / placesOfMinute(question))));
  return {
    sql: `SELECT labels, part, metric, groupArray(toUInt32(end - {from:Int64})) AS ends, groupArray(toFloat64(n)) AS ns,
  if(countIf(events != n) = 0, [], groupArray(events)) AS estimates,
  ${rated('bad')} AS bads, ${rated('bad_events')} AS bad_estimates,
  ${level < 0 ? '[]::Array(Float64)' : `groupArray(quantiles[${level + 1}])`} AS values
FROM (${sql}) GROUP BY labels, part, metric SETTINGS max_block_size = ${block}`,
    ...(params && { params }),
  };
}

/** Moments that one row counts at, at most, in each view. */
function placesOfMinute({ views, moments: { from, to, stepS } }: WindowQuestion): number {
  const places = views.map((view) => 1 + Math.min(to - from, view.from - view.to) / stepS);
  return places.reduce((sum, count) => sum + count, 0);
}

export type HistoryWindows = LabelledWindows<Pick<ReadonlyMap<number, MeasuredWindow>, 'get'>>;

/** The windows of a rule, by the text of their labels, each put together when it is asked for. */
export function historyOf(rule: MeasuredRule, moments: Moments, rows: readonly HistoryRow[]): Map<string, HistoryWindows> {
  const shared = sharedViews(rule, moments);
  const sets = Map.groupBy(rows, ({ labels }) => labels.join('\n'));
  return new Map(
    [...sets.values()].map((set) => {
      const labels = labelled(rule, set[0]!.labels);
      return [labelText(labels), { labels, windows: new HistoryOfSet(rule, shared, set) }];
    }),
  );
}

class HistoryOfSet {
  readonly #views: readonly MeasuredView[];
  readonly #nothing: Measured;

  constructor(
    rule: MeasuredRule,
    private readonly shared: SharedViews,
    rows: readonly HistoryRow[],
  ) {
    this.#views = shared.views.map((_, view) => {
      const mine = rows.filter(({ part }) => part === view);
      return new MeasuredView(rule, shared.moments, mine);
    });
    this.#nothing = measuredOf(rule, []);
  }

  get(moment: number): MeasuredWindow | undefined {
    const { moments, parts } = this.shared;
    const index = (moment - moments.from) / moments.stepS;
    const window: Measured[] = [];
    let known = false;
    for (const { view, lag } of parts) {
      const measured = this.#views[view]!.at(index - lag);
      known ||= measured !== null;
      window.push(measured ?? this.#nothing);
    }
    return known ? (window as unknown as MeasuredWindow) : undefined;
  }
}
