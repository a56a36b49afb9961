/**
 * What the house reads of a Lighthouse result, the same in Lighthouse 12 and 13. Audits are data: which there are changes from version to version.
 * Shape: https://github.com/GoogleChrome/lighthouse/blob/main/types/lhr/lhr.d.ts
 */
export interface LighthouseResult {
  readonly lighthouseVersion: string;
  /** ISO 8601. */
  readonly fetchTime: string;
  readonly gatherMode: GatherMode;
  /** As it was asked for; absent in timespans and snapshots. */
  readonly requestedUrl?: string;
  /** After redirects; absent in timespans and snapshots. */
  readonly finalUrl?: string;
  /** As the address bar showed it at the end. */
  readonly finalDisplayedUrl: string;
  readonly runWarnings: readonly string[];
  /** Nothing of such a result counts. */
  readonly runtimeError?: { readonly code: string; readonly message: string };
  readonly audits: Readonly<Record<string, LighthouseAudit>>;
  readonly categories: Readonly<Record<string, LighthouseCategory>>;
  readonly configSettings: Readonly<Record<string, unknown>>;
  readonly environment: { readonly benchmarkIndex: number; readonly hostUserAgent: string };
  /** Milliseconds. */
  readonly timing: { readonly total: number };
}

export type GatherMode = 'navigation' | 'timespan' | 'snapshot';

export interface LighthouseAudit {
  readonly id: string;
  readonly title: string;
  /** 0 to 1; null where it is not scored. */
  readonly score: number | null;
  readonly scoreDisplayMode: string;
  readonly numericValue?: number;
  readonly numericUnit?: string;
  readonly displayValue?: string;
  readonly details?: { readonly type?: string; readonly items?: readonly Readonly<Record<string, unknown>>[] };
}

interface LighthouseCategory {
  readonly id: string;
  readonly title: string;
  /** 0 to 1; null where something in it could not be measured. */
  readonly score: number | null;
  readonly auditRefs: readonly { readonly id: string; readonly weight: number; readonly group?: string }[];
}
