import type { AlertSeverity, Unit } from '#contracts';

/** What a channel is asked to show. `trigger` is also said when an incident that had ended goes on. */
export type NoticeKind = 'trigger' | 'update' | 'escalate' | 'deescalate' | 'ack' | 'resolve' | 'remind' | 'test';

/** What is held against each other, in the metric's own unit. */
export interface NoticeMeasure {
  /** As people call it: the rule's name of the metric, and how it is read: p95, rate, count. */
  readonly metric: string;
  readonly statistic: string;
  /** Null where the metric is the application's own. */
  readonly unit: Unit | null;
  /** `change`: the value is held against where it was, in per cent. */
  readonly comparison: 'above' | 'below' | 'increasing' | 'decreasing';
  readonly value: number;
  /** Threshold, baseline of a change, or what a finding is held against. */
  readonly reference: number;
  readonly samples: number;
  /** Seconds. */
  readonly windowS: number;
  /** Of a burn rate: how many times as fast as it may the error budget is used up, in both windows; `slo` is a part of 1. */
  readonly burn?: { readonly shortS: number; readonly slo: number };
}

/** Everything that a channel may tell of an incident, as it stood at `at`. Times are milliseconds since 1970. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly project: string;
  readonly incident: {
    readonly id: string;
    readonly openedAt: number;
    /** Absent while it lasts. */
    readonly resolvedAt?: number;
    /** Graver than which it never was. */
    readonly peak?: number;
    readonly acknowledged?: { readonly by: string; readonly at: number };
  };
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly summary?: string;
    readonly runbookUrl?: string;
  };
  /** What it is about: app, environment, route, tool. From pages: never to be trusted as markup. */
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: AlertSeverity;
  /** Of an escalation or de-escalation. */
  readonly severityBefore?: AlertSeverity;
  /** Absent where nothing was measured, as when data is missing. */
  readonly measure?: NoticeMeasure;
  /** One line that says what a finding is, in place of a measure of the rule's own. */
  readonly headline?: string;
  /** Why, in a few words for people: `recovered`, `no data, not confirmed healthy`, `silence ended`, `flapping`. */
  readonly reason: string;
  readonly at: number;
  /** Of several things that are told together: a line for each of the first, and how many are not listed. */
  readonly list?: { readonly lines: readonly string[]; readonly more: number };
  readonly deploy?: { readonly release: string; readonly at: number };
  /** Address of the house as people open it, without a slash at its end; absent where none was given, and then nothing is linked. */
  readonly houseUrl?: string;
  /** A picture of what was measured, over HTTPS and open to all: a provider fetches it by itself. */
  readonly chartUrl?: string;
}
