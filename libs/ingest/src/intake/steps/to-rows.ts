import { type BeaconMetric, findMetric, type Rating, type RumRow, rateValue } from '#contracts';
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
  const userOf = anonymous ? () => '0' : usersOf(draft, making.identity);
  const lines = draft.events.map((event) => {
    if (anonymous && (event.metric.sessionId || event.metric.userId)) noteAdjusted(draft, 'ids_removed');
    const row = rowOf(event, draft, { session, user: userOf(event), country });
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

/** The hash of each event's user. A beacon mostly comes from one: it is computed again only when the id changes. */
function usersOf({ access }: Draft, identity: IdentityHash): (event: DraftEvent) => string {
  let last = { id: '', hash: '0' };
  return ({ metric: { userId: id = '' } }) => {
    if (id !== last.id) last = { id, hash: identity.hash(access.project.id, 'user', id) };
    return last.hash;
  };
}

interface Who {
  readonly session: string;
  readonly user: string;
  readonly country: string;
}

function rowOf(event: DraftEvent, draft: Draft, who: Who): Partial<RumRow> {
  const { metric } = event;
  const client = describeClient(metric.userAgent ?? draft.arrival.userAgent);
  return {
    tenant: draft.access.project.id,
    app: event.app,
    env: event.env,
    metric: event.name,
    ts: event.at,
    received_at: draft.arrival.receivedAt,
    value: storedValue(metric.value),
    rating: ratingOf(metric),
    ...(isCounted(metric) ? {} : { counted: 0 }),
    route: event.route,
    tool: event.tool,
    ...clientColumns(client),
    ...(who.country && { country: who.country }),
    ...(event.release && { release: event.release }),
    ...(oneOf(connectionTypes, metric.connection?.effectiveType) && { connection: metric.connection!.effectiveType! }),
    ...networkColumns(metric.connection),
    ...(oneOf(navigationTypes, metric.navigationType) && { nav_type: metric.navigationType! }),
    ...(who.session !== '0' && { session_id: who.session }),
    ...(who.user !== '0' && { user_hash: who.user }),
    ...(metric.traceId && { trace_id: metric.traceId }),
    ...(metric.spanId && { span_id: BigInt(`0x${metric.spanId}`).toString() }),
    ...(draft.weight !== 1 && { weight: draft.weight }),
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

/**
 * Clocks of browsers tell tenths or hundredths of a millisecond; digits behind the seventh are noise of their sums, which costs
 * more to store than the value. Whole numbers stay as they are: they may be counts.
 */
function storedValue(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(7));
}

const maxUint16 = 0xffff;
/** A thousand gigabits: more than any network, and less than a Float32 can hold. */
const maxDownlink = 1e6;

/** https://wicg.github.io/netinfo/: megabits a second in steps of 0.025, milliseconds in steps of 25. */
function networkColumns(connection: BeaconMetric['connection']): Partial<RumRow> {
  const { downlink = 0, rtt = 0 } = connection ?? {};
  return {
    ...(downlink > 0 && { downlink: Math.min(downlink, maxDownlink) }),
    ...(rtt > 0 && { rtt: Math.min(Math.round(rtt), maxUint16) }),
  };
}

const maxUint32 = 0xffffffff;

function responseBytes(bytes: number | undefined): Partial<RumRow> {
  return bytes === undefined || !(bytes > 0) ? {} : { response_bytes: Math.min(Math.round(bytes), maxUint32) };
}

function attributesOf({ metric, attributes }: DraftEvent): { attrs?: Record<string, string> } {
  const { renderTime, tokenCount, responseBytes } = metric.widgetContext ?? {};
  // What the row says already is not said again: it would be a fifth of the row.
  const extra: Record<string, number | undefined> = {
    render_time: renderTime === metric.value ? undefined : renderTime,
    token_count: tokenCount === Math.ceil((responseBytes ?? 0) / 4) ? undefined : tokenCount,
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
