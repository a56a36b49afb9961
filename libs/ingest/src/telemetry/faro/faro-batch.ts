import type { Beacon, BeaconMetric } from '#contracts';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { tracesSignal } from '../otlp/otlp-signals.ts';
import { readOtlp } from '../otlp/read-otlp.ts';
import { isSaid, type Said, saidOf, textOf } from '../said.ts';
import { cut } from '../stored-attributes.ts';
import { type Attributes, emptyBatch, type LogRecord, type Origin, type RefusedRecord, type TelemetryBatch } from '../telemetry-batch.ts';
import type { FaroBody } from './faro-body.ts';
import { errorOf, metricsOf } from './faro-metrics.ts';

/** By the numbers of OpenTelemetry's logs. `log` is what `console.log` writes. */
const severities: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, log: 9, warn: 13, error: 17 };
/** They say again what a span in `traces` says. */
const doubled = /^faro\.tracing\./;

/** What each part of a request becomes: measurements and exceptions are RUM, logs and events are logs, traces are spans. */
export function faroBatch(body: FaroBody): TelemetryBatch {
  const origin = originOf(body.meta);
  const attributes = sharedAttributes(body.meta);
  const refused: RefusedRecord[] = [];
  const metrics: BeaconMetric[] = [];
  for (const made of [...body.measurements.flatMap(metricsOf), ...body.exceptions.map(errorOf)]) {
    if ('refused' in made) refused.push({ signal: 'metrics', refusal: made });
    else metrics.push(made);
  }
  const logs: LogRecord[] = [];
  const records = [
    ...body.logs.map((item) => logOf(item, origin, attributes)),
    ...body.events.filter((item) => !doubled.test(textOf(saidOf(item).name))).map((item) => eventOf(item, origin, attributes)),
  ];
  for (const made of records) {
    if ('refused' in made) refused.push({ signal: 'logs', refusal: made });
    else logs.push(made);
  }
  const traces = tracesOf(body.traces);
  const beacons = metrics.length > 0 ? [{ metrics, common: commonOf(body.meta) } satisfies Beacon] : [];
  return { ...emptyBatch('faro'), spans: traces.spans, logs, beacons, refused: [...refused, ...traces.refused] };
}

/** Spans in Faro's requests are a request of OTLP of their own. */
function tracesOf(traces: Said | undefined): Pick<TelemetryBatch, 'spans' | 'refused'> {
  if (traces === undefined) return { spans: [], refused: [] };
  const read = readOtlp(tracesSignal.request, Buffer.from(JSON.stringify(traces)), 'json');
  return 'refused' in read ? { spans: [], refused: [{ signal: 'spans', refusal: read }] } : tracesSignal.batchOf(read);
}

function originOf({ app, session }: Said): Origin {
  const { name, environment, version, release } = saidOf(app);
  return {
    service: textOf(name),
    env: textOf(environment),
    release: textOf(version) || textOf(release),
    sessionId: textOf(saidOf(session).id),
  };
}

/** As long as a beacon may say it. */
function commonOf(meta: Said): Beacon['common'] {
  const { service, env, release, sessionId } = originOf(meta);
  const { id: userId } = saidOf(meta.user);
  const said = {
    ...{ appId: cut(service, 256), environment: cut(env, 64), release: cut(release, 128), sessionId: cut(sessionId, 256) },
    ...{ userId: cut(textOf(userId), 256), url: addressOf(meta), userAgent: cut(textOf(saidOf(meta.browser).userAgent), 1_024) },
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
}

const addressOf = ({ page }: Said) => cut(textOf(saidOf(page).url), 2_048);

/** Where the page was, for records that have no column for it. */
function sharedAttributes(meta: Said): Attributes {
  const [path, view] = [pathOf(addressOf(meta)), textOf(saidOf(meta.view).name)];
  return { ...(path !== '' && { 'page.route': path }), ...(view !== '' && view !== 'default' && { 'view.name': view }) };
}

const pathOf = (address: string) => (URL.canParse(address) ? new URL(address).pathname : '');

function logOf(item: unknown, origin: Origin, shared: Attributes): LogRecord | Refusal {
  if (!isSaid(item)) return refuse('shape_invalid', 'a log is not an object', 'logs');
  const severity = severities[textOf(item.level)] ?? 0;
  return { ...recordOf(item, origin), severity, name: '', body: textOf(item.message), attributes: { ...shared, ...textsOf(item.context) } };
}

function eventOf(item: unknown, origin: Origin, shared: Attributes): LogRecord | Refusal {
  if (!isSaid(item)) return refuse('shape_invalid', 'an event is not an object', 'events');
  const domain = textOf(item.domain);
  const attributes = { ...shared, ...textsOf(item.attributes), ...(domain !== '' && { 'event.domain': domain }) };
  return { ...recordOf(item, origin), severity: 9, name: textOf(item.name), body: '', attributes };
}

function recordOf(item: Said, origin: Origin): Pick<LogRecord, 'origin' | 'at' | 'traceId' | 'spanId'> {
  const [at, { trace_id: traceId, span_id: spanId }] = [Date.parse(textOf(item.timestamp)), saidOf(item.trace)];
  return { origin, at: Number.isFinite(at) ? at : undefined, traceId: textOf(traceId), spanId: textOf(spanId) };
}

function textsOf(said: unknown): Attributes {
  const scalars = Object.entries(saidOf(said)).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(scalars) as Attributes;
}
