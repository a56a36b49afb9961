import { attributeNamePattern, type Beacon, type BeaconMetric, beaconLimits, metricNamePattern } from '#contracts';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { isForbiddenName } from '../../intake/steps/parse-beacon.ts';
import { isSaid, type Said, saidOf, textOf } from '../said.ts';
import { cut } from '../stored-attributes.ts';
import {
  type Attributes,
  type AttributeValue,
  emptyBatch,
  type LogRecord,
  type RefusedRecord,
  type TelemetryBatch,
} from '../telemetry-batch.ts';
import { type DatadogAddress, type Line, tagsOf } from './datadog-request.ts';
import { viewMetrics } from './view-metrics.ts';

const ms = (nanoseconds: unknown) => (Number(nanoseconds) || 0) / 1e6;
/** What the guide's helpers call the actions and vitals of an app for ChatGPT. */
const toolActions: ReadonlySet<string> = new Set(['mcp_tool_executed']);

/** Events that say nothing of a page, or nothing that is kept. */
const notKept = refuse('not_kept', "the SDK's own telemetry and transitions are not kept");

/** What the lines of the rum track become: measured values go the way of a beacon, clicks and resources are log records. */
export function rumBatch(lines: readonly Line[], { tags, sentAt }: DatadogAddress): TelemetryBatch {
  const groups = new Map<string, { beacon: Omit<Beacon, 'metrics'>; metrics: BeaconMetric[] }>();
  const [logs, refused]: [LogRecord[], RefusedRecord[]] = [[], []];
  const measured = (event: Said, metrics: readonly BeaconMetric[]) => {
    if (metrics.length === 0) return;
    const beacon = beaconOf(event, tags);
    const name = JSON.stringify(beacon);
    const group = groups.get(name) ?? { beacon, metrics: [] };
    groups.set(name, group);
    group.metrics.push(...metrics);
  };
  for (const line of lines) {
    if ('refusal' in line) {
      refused.push({ signal: 'metrics', refusal: line.refusal });
      continue;
    }
    const made = eventOf(line.said, tags);
    if ('refused' in made) refused.push({ signal: 'metrics', refusal: made });
    else if ('body' in made) logs.push(made);
    else measured(line.said, made.metrics);
  }
  const beacons = [...groups.values()].map(({ beacon, metrics }) => ({
    ...beacon,
    metrics,
    ...(sentAt !== undefined && { timestamp: sentAt }),
  }));
  return { ...emptyBatch('datadog-browser'), logs, beacons, refused };
}

function eventOf(event: Said, tags: ReadonlyMap<string, string>): { readonly metrics: readonly BeaconMetric[] } | LogRecord | Refusal {
  const shared = sharedOf(event);
  switch (event.type) {
    case 'view':
    case 'view_update':
      return { metrics: viewMetrics(event, shared) };
    case 'action':
      return actionOf(event, shared, tags);
    case 'resource':
      return resourceOf(event, shared, tags);
    case 'error':
      return { metrics: [errorOf(event, shared)] };
    case 'long_task':
      return { metrics: [longTaskOf(event, shared)] };
    case 'vital':
      return vitalOf(event, shared);
    case 'telemetry':
    case 'transition':
      return notKept;
    default:
      return refuse('shape_invalid', `there is no event of type ${textOf(event.type).slice(0, 64)}`, 'type');
  }
}

function actionOf(event: Said, shared: Partial<BeaconMetric>, tags: ReadonlyMap<string, string>): { metrics: BeaconMetric[] } | LogRecord {
  const [action, context] = [saidOf(event.action), saidOf(event.context)];
  const name = textOf(saidOf(action.target).name);
  if (action.type === 'custom' && toolActions.has(name)) return { metrics: [toolCallOf(context, shared)] };
  const [frustration, selector] = [saidOf(action.frustration).type, textOf(saidOf(saidOf(saidOf(event._dd).action).target).selector)];
  return logOf(event, tags, `action.${textOf(action.type) || 'custom'}`, {
    ...scalarsOf(context, 'context.'),
    'action.name': name,
    ...(typeof action.loading_time === 'number' && { 'action.loading_ms': ms(action.loading_time) }),
    ...(Array.isArray(frustration) && { 'action.frustration': frustration.filter((one) => typeof one === 'string').join(',') }),
    ...(selector !== '' && { 'action.target': selector }),
  });
}

/** As the guide's `trackMCPTool` writes it: milliseconds and bytes, by the app's own clock. */
function toolCallOf(context: Said, shared: Partial<BeaconMetric>): BeaconMetric {
  const failed = context.status !== undefined && context.status !== 'success';
  const widgetContext = {
    ...(textOf(context.tool_name) !== '' && { toolName: cut(textOf(context.tool_name), 256) }),
    ...(typeof context.response_size === 'number' && { responseBytes: context.response_size }),
  };
  const value = Number(context.duration);
  const rest = Object.fromEntries(
    Object.entries(context).filter(([name]) => !['tool_name', 'duration', 'response_size', 'chatgpt_user_id'].includes(name)),
  );
  return { ...shared, name: failed ? 'mcp-tool-error' : 'mcp-tool-execution', value, widgetContext, attributes: attributesOf(rest) };
}

/** Requests of the app itself are measured values; what a page loads is a log record. */
function resourceOf(
  event: Said,
  shared: Partial<BeaconMetric>,
  tags: ReadonlyMap<string, string>,
): { metrics: BeaconMetric[] } | LogRecord {
  const resource = saidOf(event.resource);
  const [type, status] = [textOf(resource.type), Number(resource.status_code) || 0];
  const address = addressWithoutQuery(textOf(resource.url));
  const said = {
    ...{ url: address, method: textOf(resource.method), protocol: textOf(resource.protocol) },
    ...(status > 0 && { status }),
    ...(typeof resource.transfer_size === 'number' && { transfer_bytes: resource.transfer_size }),
    ...(typeof resource.size === 'number' && { bytes: resource.size }),
  };
  if (type !== 'xhr' && type !== 'fetch')
    return logOf(event, tags, `resource.${type || 'other'}`, { ...said, duration_ms: ms(resource.duration) });
  const failed = status === 0 || status >= 400;
  return {
    metrics: [
      { ...shared, name: failed ? 'api-error' : 'api-response-time', value: ms(resource.duration), attributes: attributesOf(said) },
    ],
  };
}

function errorOf(event: Said, shared: Partial<BeaconMetric>): BeaconMetric {
  const error = saidOf(event.error);
  const said = { message: textOf(error.message), type: textOf(error.type), stack: textOf(error.stack), source: textOf(error.source) };
  const handled = error.handling === undefined ? {} : { handled: error.handling === 'handled' };
  return {
    ...shared,
    name: 'js-error',
    value: 1,
    attributes: { ...attributesOf(saidOf(event.context)), ...attributesOf({ ...said, ...handled }) },
  };
}

function longTaskOf(event: Said, shared: Partial<BeaconMetric>): BeaconMetric {
  const task = saidOf(event.long_task);
  const scripts = (Array.isArray(task.scripts) ? task.scripts : []).filter(isSaid);
  const longest = scripts.reduce<Said>((most, one) => (ms(one.duration) > ms(most.duration) ? one : most), {});
  const said = {
    ...{ entry: textOf(task.entry_type), blocking_ms: ms(task.blocking_duration) },
    ...{ 'longestScript.invoker': textOf(longest.invoker), 'longestScript.url': addressWithoutQuery(textOf(longest.source_url)) },
  };
  return { ...shared, name: 'long-task', value: ms(task.duration), attributes: attributesOf(said) };
}

function vitalOf(event: Said, shared: Partial<BeaconMetric>): { metrics: BeaconMetric[] } | Refusal {
  const vital = saidOf(event.vital);
  const name = textOf(vital.name);
  if (!metricNamePattern.test(name)) return refuse('name_invalid', `${cut(name, 64)} is no name of a metric`, 'vital.name');
  if (typeof vital.duration !== 'number') return refuse('not_kept', 'a vital without a duration is not kept', 'vital.duration');
  return { metrics: [{ ...shared, name, value: ms(vital.duration), attributes: attributesOf(saidOf(event.context)) }] };
}

function sharedOf(event: Said): Partial<BeaconMetric> {
  const { trace_id: trace, span_id: span } = saidOf(event._dd);
  const traceId = hexOf(trace);
  return {
    ...(typeof event.date === 'number' && { timestamp: event.date }),
    ...(traceId !== undefined && { traceId: traceId.padStart(32, '0') }),
    ...(hexOf(span) !== undefined && { spanId: hexOf(span)! }),
  };
}

/** Ids are decimal, or hex with 128 bits. */
function hexOf(id: unknown): string | undefined {
  const text = textOf(id);
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  if (!/^[1-9]\d{0,19}$/.test(text)) return undefined;
  const number = BigInt(text);
  return number < 1n << 64n ? number.toString(16).padStart(16, '0') : undefined;
}

interface Origin {
  readonly service: string;
  readonly env: string;
  readonly release: string;
  readonly sessionId: string;
}

function originOf(event: Said, ofAddress: ReadonlyMap<string, string>): Origin {
  const own = tagsOf(textOf(event.ddtags));
  const tag = (name: string) => own.get(name) ?? ofAddress.get(name) ?? '';
  return {
    service: textOf(event.service) || tag('service') || textOf(saidOf(event.application).id),
    env: tag('env'),
    release: textOf(event.version) || tag('version'),
    sessionId: textOf(saidOf(event.session).id) || textOf(event.session_id),
  };
}

function beaconOf(event: Said, tags: ReadonlyMap<string, string>): Omit<Beacon, 'metrics'> {
  const { service, env, release, sessionId } = originOf(event, tags);
  const [view, rate] = [saidOf(event.view), Number(saidOf(saidOf(event._dd).configuration).session_sample_rate)];
  const said = {
    ...{ appId: cut(service, 256), environment: cut(env, 64), release: cut(release, 128), sessionId: cut(sessionId, 256) },
    ...{ userId: cut(textOf(saidOf(event.usr).id), 256), url: cut(textOf(view.url), 2_048), route: cut(textOf(view.name), 256) },
  };
  const common = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
  return { common, ...(rate > 0 && rate < 100 && { sampleRate: Math.max(beaconLimits.leastSampleRate, rate / 100) }) };
}

function logOf(event: Said, tags: ReadonlyMap<string, string>, name: string, attributes: Attributes): LogRecord {
  const { traceId = '', spanId = '' } = sharedOf(event);
  return {
    ...{
      origin: originOf(event, tags),
      at: typeof event.date === 'number' ? event.date : undefined,
      severity: 9,
      name,
      body: '',
      traceId,
      spanId,
    },
    attributes: { ...pageOf(event), ...attributes },
  };
}

function pageOf(event: Said): Attributes {
  const { url, name } = saidOf(event.view);
  const path = URL.canParse(textOf(url)) ? new URL(textOf(url)).pathname : '';
  return { ...(path !== '' && { 'page.route': path }), ...(textOf(name) !== '' && { 'view.name': textOf(name) }) };
}

/** The status of a log by the numbers of OpenTelemetry. */
const severities: Readonly<Record<string, number>> = {
  ...{ ok: 9, debug: 5, info: 9, notice: 10, warn: 13, warning: 13, error: 17, critical: 18, alert: 19, emerg: 21 },
};
/** Said by columns, or of nobody's interest. */
const placedOfLog: ReadonlySet<string> = new Set([
  ...[
    'date',
    'message',
    'status',
    'service',
    'version',
    'ddtags',
    'session',
    'session_id',
    'view',
    'usr',
    'application_id',
    'chatgpt_user_id',
  ],
]);

export function logsBatch(lines: readonly Line[], { tags }: DatadogAddress): TelemetryBatch {
  const [logs, refused]: [LogRecord[], RefusedRecord[]] = [[], []];
  for (const line of lines) {
    if ('refusal' in line) {
      refused.push({ signal: 'logs', refusal: line.refusal });
      continue;
    }
    const severity = severities[textOf(line.said.status)] ?? 0;
    const rest = Object.fromEntries(Object.entries(line.said).filter(([name]) => !placedOfLog.has(name)));
    logs.push({ ...logOf(line.said, tags, '', scalarsOf(rest)), severity, body: textOf(line.said.message) });
  }
  return { ...emptyBatch('datadog-browser'), logs, refused };
}

/** Scalars, those of objects by their path. */
function scalarsOf(said: Said, prefix = '', depth = 0): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(said)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found[prefix + name] = value;
    else if (isSaid(value) && depth < 3) Object.assign(found, scalarsOf(value, `${prefix}${name}.`, depth + 1));
  }
  return found;
}

/** As far as a metric may have them. */
function attributesOf(said: Said): Record<string, AttributeValue> {
  const kept: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(scalarsOf(said))) {
    // Some have a place of their own in a view's rows.
    if (kept.length === beaconLimits.attributes - 4 || !attributeNamePattern.test(name) || isForbiddenName(name)) continue;
    if (name.startsWith('dd.') || value === '') continue;
    if (typeof value === 'string') kept.push([name, cut(value, beaconLimits.stringLength)]);
    else if (typeof value === 'boolean' || Number.isFinite(value)) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

function addressWithoutQuery(address: string): string {
  return cut(address.split(/[?#]/, 1)[0]!, 1_024);
}
