import { type AlertSeverity, isGraver } from '#contracts';
import type { Transition } from '../evaluation/advance.ts';
import { incidentId } from '../evaluation/tell-transition.ts';
import type { MeasuredRule } from '../rules/rule.ts';

/** An incident as a rule would have opened it. Times are milliseconds since 1970. */
export interface BacktestIncident {
  /** The one it would have live, where live began likewise. */
  readonly id: string;
  /** Of the rule: `absence` also where a rule of another kind has nothing to measure. */
  readonly kind: MeasuredRule['kind'];
  readonly labels: Readonly<Record<string, string>>;
  /** The gravest that it was. */
  readonly severity: AlertSeverity;
  /** First breach, and when that was found. */
  readonly openedAt: number;
  readonly firedAt: number;
  /** Null: it lasts beyond the end. */
  readonly resolvedAt: number | null;
  readonly reason: string;
  /** What it was opened by, and the worst: in the metric's own unit, of burn rates times too fast, of absence seconds. */
  readonly value: number;
  readonly reference: number;
  readonly samples: number;
  readonly peak: number;
  /** Without the time between an end and its opening again. */
  readonly firingMs: number;
  /** Times it came back: from recovering, and after it had ended. */
  readonly flaps: number;
  readonly reopened: number;
  readonly flapping: boolean;
}

type Open = { -readonly [Name in keyof BacktestIncident]: BacktestIncident[Name] } & { since: number };

export interface HistoryTransitions {
  readonly kind: MeasuredRule['kind'];
  /** In the order of their time. */
  readonly transitions: readonly Transition[];
  /** The worst of each incident, by its id. */
  readonly peaks: ReadonlyMap<string, number>;
}

/** The first to fire first. `end`: up to where it was judged. */
export function incidentsOf({ kind, transitions, peaks }: HistoryTransitions, end: number): BacktestIncident[] {
  const incidents = new Map<string, Open>();
  for (const transition of transitions) note(transition, kind, incidents);
  return [...incidents.values()]
    .map(({ since, ...incident }) => ({
      ...incident,
      peak: peaks.get(incident.id) ?? incident.value,
      firingMs: incident.firingMs + (incident.resolvedAt === null ? end - since : 0),
    }))
    .sort(byTime);
}

export const byTime = (one: BacktestIncident, other: BacktestIncident) => one.firedAt - other.firedAt || (one.id < other.id ? -1 : 1);

function note(transition: Transition, kind: BacktestIncident['kind'], incidents: Map<string, Open>): void {
  const { fingerprint, evalEnd, input, instance, notices, labels } = transition;
  if (instance.episode === 0) return;
  const id = incidentId(fingerprint, instance);
  const known = incidents.get(id);
  for (const { kind: notice, severity, reason } of notices) {
    if (notice === 'trigger' && !known && input.kind === 'breach') {
      const { value, reference, samples } = input;
      const times = { openedAt: instance.activeAt ?? evalEnd, firedAt: evalEnd, resolvedAt: null, since: evalEnd, firingMs: 0 };
      const told = { value, reference, samples, peak: value, reason: '', flaps: 0, reopened: 0, flapping: false };
      incidents.set(id, { id, kind, labels, severity, ...times, ...told });
    } else if (known) {
      if (isGraver(severity, known.severity)) known.severity = severity;
      if (notice === 'trigger') Object.assign(known, { resolvedAt: null, reason: '', since: evalEnd, reopened: known.reopened + 1 });
      if (notice === 'resolve') Object.assign(known, { resolvedAt: evalEnd, reason, firingMs: known.firingMs + evalEnd - known.since });
      if (reason === 'flapping') known.flapping = true;
    }
  }
  if (known && instance.returns.includes(evalEnd)) known.flaps += 1;
}
