import type { Logger } from 'pino';
import { uniform } from '#contracts';
import { askWeighted, type Warehouse } from '#platform';
import type { WatchedRule } from '../rules/rule-book.ts';
import type { Due } from './due-moments.ts';
import { type LabelledWindows, windowsOf } from './labelled-windows.ts';
import { askedOf, questionOf, type WindowQuestion, type WindowRow } from './window-question.ts';

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
const atOnce = 3;
/** So many failures in a row, and the warehouse is away: the rest is not asked. */
const hopeless = 6;

/** Asks for all rules that are due; those that want to know the same are one question. Rejects only where the signal is aborted. */
export async function askRules(due: readonly DueRule[], parts: AskParts): Promise<{ asked: AskedRule[]; failed: WatchedRule[] }> {
  const groups = [...Map.groupBy(due, (one) => JSON.stringify(wantedBy(one))).values()];
  const [asked, failed]: [AskedRule[], WatchedRule[]] = [[], []];
  let failures = 0;
  const work = async () => {
    for (let rules = groups.shift(); rules; rules = groups.shift()) {
      const rows = failures < hopeless ? await answerOf(rules, parts) : null;
      failures = rows ? 0 : failures + 1;
      if (rows) asked.push(...rules.map((one) => ({ ...one, windows: windowsOf(one.rule, rows) })));
      else failed.push(...rules);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { asked, failed };
}

function wantedBy({ project, rule, moments }: DueRule): WindowQuestion {
  return questionOf(rule, project, { from: moments[0]!, to: moments.at(-1)!, stepS: rule.patience.intervalMs / 1_000 });
}

/** In two tries; null where neither was answered. */
async function answerOf(rules: readonly DueRule[], { warehouse, log, signal }: AskParts): Promise<WindowRow[] | null> {
  const question = wantedBy(rules[0]!);
  const ask = () => {
    signal.throwIfAborted();
    if (question.reading !== 'quantiles') return warehouse.ask<WindowRow>({ ...askedOf(question, uniform), signal });
    return askWeighted<WindowRow>(warehouse, (weighting) => ({ ...askedOf(question, weighting), signal }));
  };
  try {
    return await ask().catch(ask);
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, rules: rules.map(({ rule }) => rule.key) }, 'alerts: rules could not be judged');
    return null;
  }
}
