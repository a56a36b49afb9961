import { createHash } from 'node:crypto';
import { type Finding, showTwo, type Unit } from '#contracts';
import { datadogTag } from '#platform';

/** Body of POST /api/v1/events: https://docs.datadoghq.com/api/latest/events/#post-an-event-v1 */
export interface DatadogEvent {
  readonly title: string;
  readonly text: string;
  readonly alert_type: 'error' | 'warning' | 'success';
  readonly priority: 'normal';
  /** Seconds since 1970. */
  readonly date_happened: number;
  readonly aggregation_key: string;
  readonly tags: readonly string[];
}

/** In UTF-16 units, of which no character has fewer. */
export const limits = { title: 100, text: 4_000 } as const;
/** Datadog refuses what happened longer ago. */
export const oldestMs = 18 * 3_600_000;
/** Left for the way there. */
const wayMs = 60_000;

/** What Datadog is told of a finding at the moment `now`. */
export function datadogEvent(finding: Finding, now: number): DatadogEvent {
  const { state, severity, title, at } = finding;
  return {
    title: cut(oneLine(harmless(title)), limits.title),
    text: cut(harmless(textOf(finding)), limits.text),
    alert_type: state === 'resolved' ? 'success' : severity === 'high' ? 'error' : 'warning',
    priority: 'normal',
    date_happened: Math.floor(Math.min(now, Math.max(at, now - oldestMs + wayMs)) / 1_000),
    aggregation_key: aggregationKey(finding),
    tags: tagsOf(finding),
  };
}

/** The same for whatever is found of one metric in one place: Datadog shows such events as one. */
function aggregationKey({ tenant, kind, metric, subject }: Finding): string {
  const place = Object.entries(subject).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([tenant, kind, metric, place]))
    .digest('hex')
    .slice(0, 32);
}

function textOf(finding: Finding): string {
  const { tenant, kind, metric, subject, title, at, since, id } = finding;
  const place = Object.entries(subject).map(([name, value]) => `${name} ${value}`);
  return [
    title,
    valuesOf(finding),
    [`Project ${tenant}`, `metric ${metric}`, ...place].join(', '),
    `Since ${instant(since)}, as of ${instant(at)}`,
    ...Object.entries(plainDetails(finding)).map(([name, value]) => `${name}: ${value}`),
    `Beaconhouse ${kind} ${id}`,
  ].join('\n');
}

/** `Threshold 2.5 s, now 3.1 s (+24 %)`; of a regression that is over the value is the one it had. */
function valuesOf({ kind, state, unit, value, reference }: Finding): string {
  const [now, held] = showTwo(value, reference, unit === '' ? null : (unit as Unit));
  const percent = reference === 0 ? '' : ` (${value >= reference ? '+' : ''}${Number((100 * (value / reference - 1)).toFixed(1))} %)`;
  return `${kind === 'budget' ? 'Threshold' : 'Baseline'} ${held}, ${kind === 'regression' && state === 'resolved' ? 'was' : 'now'} ${now}${percent}`;
}

const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const toldDetails = ['statistic', 'comparison', 'hours', 'samples', 'trend', 'confidence'] as const;

/** Of what a kind has to say, the plain values that people read. */
function plainDetails({ detail }: Finding): Readonly<Record<string, string | number>> {
  const all = JSON.parse(detail) as Readonly<Record<string, unknown>>;
  const told = toldDetails.flatMap((name) => (typeof all[name] === 'string' || typeof all[name] === 'number' ? [[name, all[name]]] : []));
  return Object.fromEntries(told);
}

/** Datadog's own names for what the house calls otherwise. */
const tagNames: Readonly<Record<string, string>> = { app: 'service', environment: 'env' };

function tagsOf(finding: Finding): string[] {
  const { tenant, kind, metric, severity, state, subject } = finding;
  const { trend } = plainDetails(finding);
  const place = Object.entries(subject).map(([name, value]) => [tagNames[name] ?? name, value]);
  const all = [['project', tenant], ['kind', kind], ['metric', metric], ['severity', severity], ['state', state], ...place];
  return [...all, ...(trend === undefined ? [] : [['trend', String(trend)]])].flatMap(([name, value]) => datadogTag(name!, value!));
}

/** Names come from pages: they must not call anybody (`@person`), nor switch Markdown on (`%%%`). */
function harmless(text: string): string {
  return text.replaceAll('@', '@\u200b').replaceAll('%%%', '% % %');
}

const oneLine = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ');

/** Never through the middle of a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
