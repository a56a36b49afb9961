import { type BeaconMetric, findMetric, type Rating, type RumRow, rateValue } from '#contracts';
import { type Draft, type DraftEvent, noteAdjusted } from '../draft.ts';
import type { IdentityHash } from '../identity-hash.ts';
import type { Places } from '../place.ts';
import { describeClient } from '../user-agent.ts';
import { remembering } from './remembering.ts';

export interface RowMaking {
  readonly identity: IdentityHash;
  readonly places: Places;
}

/** The rows of one beacon as JSONEachRow lines. Fields that hold the column's default are left out. */
export function toRows(draft: Draft, making: RowMaking): { lines: string; session: string } {
  const anonymous = isAnonymous(draft);
  const session = anonymous ? '0' : sessionOf(draft, making.identity);
  const userOf = anonymous ? () => '0' : remembering((id) => making.identity.hash(draft.access.project.id, 'user', id));
  const clientOf = remembering(clientText);
  const beacon = withoutBraces(beaconColumns(draft, session, making.places.countryOf(draft.arrival.network)));
  const lines = draft.events.map((event) => {
    if (anonymous && (event.metric.sessionId || event.metric.userId)) noteAdjusted(draft, 'ids_removed');
    // The fields that a beacon's rows share are written as text once.
    const { userAgent = draft.arrival.userAgent, userId = '' } = event.metric;
    return `{${beacon},${clientOf(userAgent)},${withoutBraces(eventColumns(event, userOf(userId)))}}\n`;
  });
  return { lines: lines.join(''), session };
}

/** The inside of a JSON object, to be put between others. */
const withoutBraces = (row: Partial<RumRow>) => JSON.stringify(row).slice(1, -1);

function isAnonymous({ arrival, beacon, access }: Draft): boolean {
  return access.project.honourPrivacySignals && (arrival.privacySignal || beacon.privacy === true);
}

/** A beacon comes from one session: the first event that names it speaks for all. */
function sessionOf({ events, access }: Draft, identity: IdentityHash): string {
  return identity.hash(access.project.id, 'session', events.find(({ metric }) => metric.sessionId)?.metric.sessionId ?? '');
}

function beaconColumns({ access, arrival, weight }: Draft, session: string, country: string): Partial<RumRow> {
  return {
    tenant: access.project.id,
    received_at: arrival.receivedAt,
    ...(country && { country }),
    ...(session !== '0' && { session_id: session }),
    ...(weight !== 1 && { weight }),
  };
}

function clientText(userAgent: string): string {
  const { browser, version, os, device, agent } = describeClient(userAgent);
  return withoutBraces({ browser, browser_version: version, os, device, ...(agent === 'browser' ? {} : { agent }) });
}

function eventColumns(event: DraftEvent, user: string): Partial<RumRow> {
  const { metric } = event;
  const row: Partial<RumRow> = {
    app: event.app,
    env: event.env,
    metric: event.name,
    ts: event.at,
    value: storedValue(metric.value),
    rating: ratingOf(metric),
    route: event.route,
    tool: event.tool,
  };
  if (!isCounted(metric)) row.counted = 0;
  if (event.release) row.release = event.release;
  if (user !== '0') row.user_hash = user;
  if (metric.traceId) row.trace_id = metric.traceId;
  if (metric.spanId) row.span_id = BigInt(`0x${metric.spanId}`).toString();
  if (oneOf(navigationTypes, metric.navigationType)) row.nav_type = metric.navigationType!;
  addNetwork(row, metric.connection);
  addResponseBytes(row, metric.widgetContext?.responseBytes);
  const attrs = attributesOf(event);
  if (attrs) row.attrs = attrs;
  return row;
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
function addNetwork(row: Partial<RumRow>, connection: BeaconMetric['connection']): void {
  if (!connection) return;
  const { effectiveType, downlink = 0, rtt = 0 } = connection;
  if (oneOf(connectionTypes, effectiveType)) row.connection = effectiveType!;
  if (downlink > 0) row.downlink = Math.min(downlink, maxDownlink);
  if (rtt > 0) row.rtt = Math.min(Math.round(rtt), maxUint16);
}

const maxUint32 = 0xffffffff;

function addResponseBytes(row: Partial<RumRow>, bytes: number | undefined): void {
  if (bytes !== undefined && bytes > 0) row.response_bytes = Math.min(Math.round(bytes), maxUint32);
}

function attributesOf({ metric, attributes }: DraftEvent): Record<string, string> | undefined {
  const { renderTime, tokenCount, responseBytes } = metric.widgetContext ?? {};
  // What the row says already is not said again: it would be a fifth of the row.
  if (renderTime !== undefined && renderTime !== metric.value) attributes.set('render_time', renderTime);
  if (tokenCount !== undefined && tokenCount !== Math.ceil((responseBytes ?? 0) / 4)) attributes.set('token_count', tokenCount);
  if (attributes.size === 0) return undefined;
  const texts: Record<string, string> = {};
  for (const [name, value] of attributes) texts[name] = String(value);
  return texts;
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
