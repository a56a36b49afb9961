import type { Matchers } from '#contracts';
import { type Matchable, matches } from './matches.ts';

/** Nobody is told for a time. Times are milliseconds since 1970. */
export interface Silence {
  readonly id: string;
  readonly project: string;
  /** Labels, and `rule` and `severity`, with the values they must have; `*` stands for any text. */
  readonly matchers: Matchers;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly comment: string;
  /** It ends with the incident that it was made for. */
  readonly incident?: string;
  /** When people were told that it ends soon. */
  readonly warnedAt?: number;
}

export function silences({ project, matchers, startsAt, endsAt }: Silence, what: Matchable, now: number): boolean {
  return project === what.project && now >= startsAt && now < endsAt && matches(matchers, what);
}

const hourMs = 3_600_000;

/** Ends within the hour, and was longer than that; said once. */
export function endsSoon({ startsAt, endsAt, warnedAt }: Silence, now: number): boolean {
  return warnedAt === undefined && now >= startsAt && endsAt > now && endsAt - now <= hourMs && endsAt - startsAt > hourMs;
}
