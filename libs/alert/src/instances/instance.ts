import type { AlertSeverity } from '#contracts';

type InstanceState = 'normal' | 'pending' | 'firing' | 'recovering';

/** One rule and one set of labels, as it must be remembered from one judgement to the next. Times are milliseconds since 1970. */
export interface Instance {
  readonly state: InstanceState;
  /** Of the incident that is open; null without one. */
  readonly severity: AlertSeverity | null;
  /** First breach of what is pending or open. */
  readonly activeAt: number | null;
  /** When the last incident opened. */
  readonly firedAt: number | null;
  readonly breachCount: number;
  readonly clearCount: number;
  /** Judgements in a row that were well as far as a graver line goes. */
  readonly loweredCount: number;
  /** Since when it is well, without the time in which nobody could know. */
  readonly clearSince: number | null;
  /** Since when nothing is measured, likewise. */
  readonly quietSince: number | null;
  /** Where an open change came from. */
  readonly baseline: number | null;
  readonly lastEvalEnd: number;
  /** Incidents so far, counting those that were opened again once. */
  readonly episode: number;
  readonly resolvedAt: number | null;
  /** Moments at which it came back. */
  readonly returns: readonly number[];
  readonly flapping: boolean;
}

/** One that was never judged. */
export const unseen: Instance = {
  ...{ state: 'normal', severity: null, activeAt: null, firedAt: null, breachCount: 0, clearCount: 0, loweredCount: 0 },
  ...{ clearSince: null, quietSince: null, baseline: null, lastEvalEnd: 0, episode: 0, resolvedAt: null, returns: [], flapping: false },
};

/** An incident that comes back so soon is the same. */
export const reopenMs = 15 * 60_000;
export const flapWindowMs = 30 * 60_000;

/** Whether it matters for what comes that this is remembered. Otherwise it is like one that was never judged, but for its episode. */
export function isQuiet({ state, resolvedAt, lastEvalEnd }: Instance): boolean {
  return state === 'normal' && (resolvedAt === null || lastEvalEnd - resolvedAt > flapWindowMs);
}
