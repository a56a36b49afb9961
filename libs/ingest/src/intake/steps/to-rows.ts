import { type BeaconMetric, findMetric, type Rating, rateValue } from '#contracts';
import type { Attributes, Draft, DraftEvent, Source } from '../draft.ts';
import { noteAdjusted } from '../draft.ts';
import type { IdentityHash } from '../identity-hash.ts';
import type { Places } from '../place.ts';
import { type Client, describeClient } from '../user-agent.ts';
import { jsonText } from './json-text.ts';

export interface RowMaking {
  readonly identity: IdentityHash;
  readonly places: Places;
}

/**
 * The rows of one beacon as JSONEachRow lines, each a `RumRow`. Fields that hold the column's default are left out. They are written
 * as text field by field: an object for each row and `JSON.stringify` would take twice the time of all other steps together.
 */
export function toRows(draft: Draft, making: RowMaking): { lines: string; session: string } {
  const anonymous = isAnonymous(draft);
  const session = anonymous ? '0' : sessionOf(draft, making.identity);
  const beacon = beaconFields(draft, session, making.places.countryOf(draft.arrival.network));
  let lines = '';
  let source: Source | undefined;
  let start = '';
  for (const event of draft.events) {
    if (event.source !== source) {
      source = event.source;
      start = `{${beacon}${sourceFields(source, draft, anonymous, making.identity)}`;
    }
    if (anonymous && (source.said.sessionId || source.said.userId)) noteAdjusted(draft, 'ids_removed');
    lines += `${start}${eventFields(event)}}\n`;
  }
  return { lines, session };
}

function isAnonymous({ arrival, beacon, access }: Draft): boolean {
  return access.project.honourPrivacySignals && (arrival.privacySignal || beacon.privacy === true);
}

/** A beacon comes from one session: the first event that names it speaks for all. */
function sessionOf({ sources, access }: Draft, identity: IdentityHash): string {
  return identity.hash(access.project.id, 'session', sources.find(({ said }) => said.sessionId)?.said.sessionId ?? '');
}

function beaconFields({ access, arrival, weight }: Draft, session: string, country: string): string {
  let fields = `"tenant":${jsonText(access.project.id)},"received_at":${arrival.receivedAt}`;
  if (country) fields += `,"country":"${country}"`;
  if (session !== '0') fields += `,"session_id":"${session}"`;
  if (weight !== 1) fields += `,"weight":${weight}`;
  return fields;
}

function sourceFields({ said, app, env, release }: Source, draft: Draft, anonymous: boolean, identity: IdentityHash): string {
  const { userAgent = draft.arrival.userAgent, userId = '', connection } = said;
  let fields = `${clientFields(describeClient(userAgent))},"app":${jsonText(app)},"env":${jsonText(env)}`;
  if (release) fields += `,"release":${jsonText(release)}`;
  const user = anonymous ? '0' : identity.hash(draft.access.project.id, 'user', userId);
  if (user !== '0') fields += `,"user_hash":"${user}"`;
  return connection ? fields + networkFields(connection) : fields;
}

/** They hold letters, digits, spaces, dots and dashes only. */
function clientFields({ browser, version, os, device, agent }: Client): string {
  const fields = `,"browser":"${browser}","browser_version":"${version}","os":"${os}","device":"${device}"`;
  return agent === 'browser' ? fields : `${fields},"agent":"${agent}"`;
}

function eventFields(event: DraftEvent): string {
  const { metric } = event;
  let fields = `,"metric":${jsonText(event.name)},"ts":${event.at},"value":${storedValue(metric.value)},"rating":"${ratingOf(metric)}"`;
  fields += `,"route":${jsonText(event.route)},"tool":${jsonText(event.tool)}`;
  if (!isCounted(metric)) fields += ',"counted":0';
  if (metric.traceId) fields += `,"trace_id":"${metric.traceId}"`;
  if (metric.spanId) fields += `,"span_id":"${BigInt(`0x${metric.spanId}`)}"`;
  if (oneOf(navigationTypes, metric.navigationType)) fields += `,"nav_type":"${metric.navigationType}"`;
  const bytes = metric.widgetContext?.responseBytes ?? 0;
  if (bytes > 0) fields += `,"response_bytes":${Math.min(Math.round(bytes), maxUint32)}`;
  return fields + attributeFields(event);
}

/** https://wicg.github.io/netinfo/#effectiveconnectiontype-enum */
const connectionTypes: ReadonlySet<string> = new Set(['slow-2g', '2g', '3g', '4g']);
/** web-vitals 6. */
const navigationTypes: ReadonlySet<string> = new Set([
  'navigate',
  'reload',
  'back-forward',
  'back-forward-cache',
  'prerender',
  'restore',
  'soft-navigation',
]);

const oneOf = (known: ReadonlySet<string>, value: string | undefined) => value !== undefined && known.has(value);

/**
 * Clocks of browsers tell tenths or hundredths of a millisecond; digits behind the seventh are noise of their sums, which costs
 * more to store than the value. Whole numbers stay as they are: they may be counts.
 */
function storedValue(value: number): number {
  if (Number.isInteger(value)) return value;
  const tenths = Math.round(value * 10) / 10;
  // Between these, half of the seventh digit is 5e-7 and more: the value's seven digits are those of its tenths.
  if (value >= 1 && value < 1e6 && Math.abs(value - tenths) < 4e-7) return tenths;
  return Number(value.toPrecision(7));
}

const maxUint16 = 0xffff;
const maxUint32 = 0xffffffff;
/** A thousand gigabits: more than any network, and less than a Float32 can hold. */
const maxDownlink = 1e6;

/** https://wicg.github.io/netinfo/: megabits a second in steps of 0.025, milliseconds in steps of 25. */
function networkFields({ effectiveType, downlink = 0, rtt = 0 }: NonNullable<BeaconMetric['connection']>): string {
  let fields = '';
  if (oneOf(connectionTypes, effectiveType)) fields += `,"connection":"${effectiveType}"`;
  if (downlink > 0) fields += `,"downlink":${Math.min(downlink, maxDownlink)}`;
  if (rtt > 0) fields += `,"rtt":${Math.min(Math.round(rtt), maxUint16)}`;
  return fields;
}

const none: Attributes = {};

function attributeFields({ metric, attributes }: DraftEvent): string {
  const { renderTime, tokenCount, responseBytes } = metric.widgetContext ?? {};
  let fields = '';
  // What the row says already is not said again: it would be a fifth of the row.
  const own = attributes ?? none;
  if (renderTime !== undefined && renderTime !== metric.value && own.render_time === undefined) fields += `,"render_time":"${renderTime}"`;
  const estimate = Math.ceil((responseBytes ?? 0) / 4);
  if (tokenCount !== undefined && tokenCount !== estimate && own.token_count === undefined) fields += `,"token_count":"${tokenCount}"`;
  for (const name in own) {
    const value = own[name]!;
    fields += typeof value === 'string' ? `,"${name}":${jsonText(value)}` : `,"${name}":"${value}"`;
  }
  return fields && `,"attrs":{${fields.slice(1)}}`;
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
