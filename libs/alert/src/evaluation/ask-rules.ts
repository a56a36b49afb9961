import type { Logger } from 'pino';
import { uniform } from '#contracts';
import { askWeighted, type Warehouse } from '#platform';
import type { WatchedRule } from '../rules/rule-book.ts';
import type { Due } from './due-moments.ts';
import { type LabelledWindows, windowsOf } from './labelled-windows.ts';
import { type SharedQuestion, sharedQuestions } from './shared-questions.ts';
import { askedOf, type WindowRow } from './window-question.ts';

export interface DueRule extends WatchedRule, Due {
  /** Up to where it was judged, milliseconds since 1970; null: never. */
  readonly judgedBefore: number | null;
}

export interface AskedRule extends DueRule {
  readonly windows: ReadonlyMap<string, LabelledWindows>;
}

export interface AskParts {
  readonly warehouse: Warehouse;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Questions under way at once: the engine has other things to do. */
const atOnce = 2;
/** So many failures in a row, and the warehouse is away: the rest is not asked. */
const hopeless = 6;

/** Asks for all rules that are due, in as few questions as there can be. Rejects only where the signal is aborted. */
export async function askRules(due: readonly DueRule[], parts: AskParts): Promise<{ asked: AskedRule[]; failed: WatchedRule[] }> {
  const questions = sharedQuestions(due);
  const [asked, failed]: [AskedRule[], WatchedRule[]] = [[], []];
  let failures = 0;
  const work = async () => {
    for (let next = questions.shift(); next; next = questions.shift()) {
      const rows = failures < hopeless ? await answerOf(next, parts) : null;
      failures = rows ? 0 : failures + 1;
      if (!rows) failed.push(...next.wanting.map(({ due: one }) => one));
      else for (const one of answersOf(next, rows)) asked.push(one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { asked, failed };
}

/** Gives each rule the rows of its views, under the numbers that it knows them by. */
function* answersOf({ wanting }: SharedQuestion<DueRule>, rows: readonly WindowRow[]): Generator<AskedRule> {
  const byView = Map.groupBy(rows, ({ part }) => part);
  for (const { due, views } of wanting) {
    const mine = views.flatMap((view, part) => (byView.get(view) ?? []).map((row) => ({ ...row, part })));
    yield { ...due, windows: windowsOf(due.rule, mine) };
  }
}

/** In two tries; null where neither was answered. */
async function answerOf({ question, wanting }: SharedQuestion<DueRule>, { warehouse, log, signal }: AskParts): Promise<WindowRow[] | null> {
  const ask = () => {
    signal.throwIfAborted();
    if (question.reading !== 'quantiles') return warehouse.ask<WindowRow>({ ...askedOf(question, uniform), signal });
    return askWeighted<WindowRow>(warehouse, (weighting) => ({ ...askedOf(question, weighting), signal }));
  };
  try {
    return await ask().catch(ask);
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, rules: wanting.map(({ due }) => due.rule.key) }, 'alerts: rules could not be judged');
    return null;
  }
}
