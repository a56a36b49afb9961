import { auditItems } from './audit-items.ts';
import type { GatherMode, LighthouseAudit, LighthouseResult } from './lighthouse-result.ts';
import { type Traffic, trafficOf } from './traffic.ts';

/** In milliseconds, but CLS (no unit), bytes and counts. */
const measureNames = [
  ...(['LCP', 'FCP', 'TBT', 'CLS', 'SI', 'TTI', 'TTFB', 'INP'] as const),
  ...(['total-bytes', 'script-bytes', 'requests', 'dom-elements', 'console-errors'] as const),
] as const;
export type MeasureName = (typeof measureNames)[number];

/** What one step of a run measured. Null where its mode has no such measure, or where it failed: 0 is a measurement. */
export interface StepMeasures {
  readonly mode: GatherMode;
  readonly values: Readonly<Record<MeasureName, number | null>>;
  /** By category, 0 to 1. Performance is that of a whole page load: a timespan or a snapshot has none. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly traffic: Traffic;
  /** How fast the machine was while it measured. */
  readonly benchmarkIndex: number | null;
  /** Code and message of what made the whole result worthless; empty where nothing did. */
  readonly error: string;
}

type Audits = LighthouseResult['audits'];

/** The measures of one result, of Lighthouse 12 and 13 alike. */
export function measuresOf(lhr: LighthouseResult): StepMeasures {
  const worthless = lhr.runtimeError !== undefined;
  const audits = worthless ? {} : lhr.audits;
  const traffic = trafficOf(audits);
  const scores = Object.entries(lhr.categories).map(([id, { score }]) => [id, worthless || !isScored(id, lhr.gatherMode) ? null : score]);
  return {
    mode: lhr.gatherMode,
    values: valuesOf(audits, traffic),
    scores: Object.fromEntries(scores),
    traffic,
    benchmarkIndex: lhr.environment?.benchmarkIndex ?? null,
    error: lhr.runtimeError ? `${lhr.runtimeError.code}: ${lhr.runtimeError.message}` : '',
  };
}

/** Lighthouse computes one also of the two metrics that a timespan has, and 0 of the none of a snapshot. */
const isScored = (category: string, mode: GatherMode) => category !== 'performance' || mode === 'navigation';

function valuesOf(audits: Audits, { bytes, requests }: Traffic): StepMeasures['values'] {
  const number = (id: string) => numberOf(audits[id]);
  return {
    LCP: number('largest-contentful-paint'),
    FCP: number('first-contentful-paint'),
    TBT: number('total-blocking-time'),
    CLS: number('cumulative-layout-shift'),
    SI: number('speed-index'),
    TTI: number('interactive'),
    TTFB: firstByte(audits) ?? number('server-response-time'),
    INP: number('interaction-to-next-paint'),
    'total-bytes': number('total-byte-weight') ?? bytes.total ?? null,
    'script-bytes': bytes.script ?? null,
    requests: auditItems(audits['network-requests'])?.length ?? requests.total ?? null,
    'dom-elements': domElements(audits),
    'console-errors': auditItems(audits['errors-in-console'])?.length ?? null,
  };
}

/** With the throttling; `server-response-time` is as it was observed, without. */
function firstByte(audits: Audits): number | null {
  const value = auditItems(audits.metrics)?.[0]?.timeToFirstByte;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Lighthouse 12 has no number beside the insight: its first row is the total. Its older audit counts the body alone. */
function domElements(audits: Audits): number | null {
  const insight = audits['dom-size-insight'];
  const total = auditItems(insight)?.[0]?.value;
  const value = typeof total === 'object' && total !== null ? (total as { value?: unknown }).value : total;
  return numberOf(insight) ?? (typeof value === 'number' ? value : numberOf(audits['dom-size']));
}

const numberOf = (audit: LighthouseAudit | undefined): number | null =>
  audit?.numericValue !== undefined && Number.isFinite(audit.numericValue) ? audit.numericValue : null;
