import type { BudgetOutcome } from '#contracts';
import { hourMs } from '../hours.ts';

/** The last time that something was told of a budget. */
export interface LastChange {
  readonly change: 'opened' | 'resolved';
  /** Full hour, milliseconds since 1970. */
  readonly hour: number;
  /** Length of the window that it was judged by. */
  readonly hours: number;
}

/** What an hour made of a budget. */
export interface Transition {
  readonly change: LastChange['change'] | 'none';
  /** Full hour at which it was found violated, told in the hour of `resolved` too; null while it holds. */
  readonly since: number | null;
}

interface Judgement {
  readonly hour: number;
  readonly outcome: BudgetOutcome;
  /** Length of the window; 0 where nothing was measured. */
  readonly hours: number;
}

/** A violation is told when it begins and when it ends, not while it lasts. What was told last decides; null where nothing was. */
export function transition(last: LastChange | null, judged: Judgement): Transition {
  const since = last?.change === 'opened' ? last.hour : null;
  if (judged.outcome === 'removed') return { change: since === null ? 'none' : 'resolved', since };
  // Too few samples say nothing: what is open stays open, as nobody saw it end.
  if (judged.outcome === 'unknown' || (last && looksBehind(last, judged))) return { change: 'none', since };
  if (judged.outcome === 'violated') return since === null ? { change: 'opened', since: judged.hour } : { change: 'none', since };
  return { change: since === null ? 'none' : 'resolved', since };
}

/**
 * When the visitors go, judgement falls back on a longer window. Where that reaches behind what was told last, it finds the trouble again
 * that is over, or the good hours before it: nothing new.
 */
function looksBehind(last: LastChange, { hour, hours }: Judgement): boolean {
  return hours > last.hours && hour - hours * hourMs < last.hour;
}
