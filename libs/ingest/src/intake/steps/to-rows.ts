import { findMetric, type Rating, type RumRow, rateValue } from '#contracts';
import { type Draft, type DraftEvent, noteAdjusted } from '../draft.ts';
import type { IdentityHash } from '../identity-hash.ts';
import type { Places } from '../place.ts';
import { type Client, describeClient } from '../user-agent.ts';

export interface RowMaking {
  readonly identity: IdentityHash;
  readonly places: Places;
}

/** The rows of one beacon as JSONEachRow lines. Fields that hold the column's default are left out. */
export function toRows(draft: Draft, making: RowMaking): { lines: string; session: string } {
  const country = making.places.countryOf(draft.arrival.network);
  const anonymous = isAnonymous(draft);
  const session = anonymous ? '0' : sessionOf(draft, making.identity);
  const lines = draft.events.map((event) => {
    if (anonymous && (event.metric.sessionId || event.metric.userId)) noteAdjusted(draft, 'ids_removed');
    const row = rowOf(event, draft, { session, user: userOf(event, draft, making.identity, anonymous), country });
    return `${JSON.stringify(row)}\n`;
  });
  return { lines: lines.join(''), session };
}

function isAnonymous({ arrival, beacon, access }: Draft): boolean {
  return access.project.honourPrivacySignals && (arrival.privacySignal || beacon.privacy === true);
}

/** A beacon comes from one session: the first event that names it speaks for all. */
function sessionOf({ events, access }: Draft, identity: IdentityHash): string {
  return identity.hash(access.project.id, 'session', events.find(({ metric }) => metric.sessionId)?.metric.sessionId ?? '');
}

function userOf({ metric }: DraftEvent, { access }: Draft, identity: IdentityHash, anonymous: boolean): string {
  return anonymous ? '0' : identity.hash(access.project.id, 'user', metric.userId ?? '');
}

interface Who {
  readonly session: string;
  readonly user: string;
  readonly country: string;
}

function rowOf(event: DraftEvent, draft: Draft, who: Who): Partial<RumRow> {
  const { metric } = event;
  const client = describeClient(metric.userAgent ?? draft.arrival.userAgent);
  const { sampleRate } = draft.beacon;
  return {
    tenant: draft.access.project.id,
    app: event.app,
    env: event.env,
    metric: event.name,
    ts: event.at,
    received_at: draft.arrival.receivedAt,
    value: metric.value,
    rating: ratingOf(metric),
    ...(isCounted(metric) ? {} : { counted: 0 }),
    route: event.route,
    tool: event.tool,
    ...clientColumns(client),
    ...(who.country && { country: who.country }),
    ...(event.release && { release: event.release }),
    ...(oneOf(connectionTypes, metric.connection?.effectiveType) && { connection: metric.connection!.effectiveType! }),
    ...(oneOf(navigationTypes, metric.navigationType) && { nav_type: metric.navigationType! }),
    ...(who.session !== '0' && { session_id: who.session }),
    ...(who.user !== '0' && { user_hash: who.user }),
    ...(metric.traceId && { trace_id: metric.traceId }),
    ...(sampleRate !== undefined && sampleRate < 1 && { weight: 1 / sampleRate }),
    ...responseBytes(metric.widgetContext?.responseBytes),
    ...attributesOf(event),
  };
}

/** https://wicg.github.io/netinfo/#effectiveconnectiontype-enum */
const connectionTypes: readonly string[] = ['slow-2g', '2g', '3g', '4g'];
/** web-vitals 6. */
const navigationTypes: readonly string[] = [
  'navigate',
  'reload',
  'back-forward',
  'back-forward-cache',
  'prerender',
  'restore',
  'soft-navigation',
];

const oneOf = (known: readonly string[], value: string | undefined) => value !== undefined && known.includes(value);

function clientColumns(client: Client): Partial<RumRow> {
  const { browser, version, os, device, agent } = client;
  return { browser, browser_version: version, os, device, ...(agent === 'browser' ? {} : { agent }) };
}

const maxUint32 = 0xffffffff;

function responseBytes(bytes: number | undefined): Partial<RumRow> {
  return bytes === undefined || !(bytes > 0) ? {} : { response_bytes: Math.min(Math.round(bytes), maxUint32) };
}

function attributesOf({ metric, attributes }: DraftEvent): { attrs?: Record<string, string> } {
  const { connection, widgetContext } = metric;
  const extra: Record<string, number | string | undefined> = {
    downlink: connection?.downlink,
    rtt: connection?.rtt,
    render_time: widgetContext?.renderTime,
    token_count: widgetContext?.tokenCount,
    span_id: metric.spanId,
  };
  for (const [name, value] of Object.entries(extra)) if (value !== undefined) attributes.set(name, String(value));
  return attributes.size === 0 ? {} : { attrs: Object.fromEntries(attributes) };
}

function ratingOf({ name, value, rating }: DraftEvent['metric']): Rating {
  if (name === 'mcp-tool-error' || name === 'js-error') return 'poor';
  const thresholds = findMetric(name)?.thresholds;
  return thresholds ? rateValue(value, thresholds) : (rating ?? 'unknown');
}

const repeatable: ReadonlySet<string> = new Set(['CLS', 'INP', 'LCP', 'FCP', 'TTFB']);

/**
 * web-vitals reports a metric again under the same id when its value grows; `delta` equals the value in the first
 * report only. A page view must count once. And a TTFB of 0 belongs to a page no request was made for.
 */
function isCounted({ name, value, delta }: DraftEvent['metric']): boolean {
  if (!repeatable.has(name)) return true;
  if (name === 'TTFB' && value === 0) return false;
  return delta === undefined || Math.abs(delta - value) <= 1e-6 * Math.max(1, value);
}
