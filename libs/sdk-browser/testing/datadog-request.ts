import { z } from 'zod';

/** As of the SDK's version 7: anything that is not listed would be news. */
const parameters = z.strictObject({
  ddsource: z.literal('browser'),
  'dd-api-key': z.string().min(1),
  'dd-evp-origin-version': z.string().regex(/^\d+\.\d+\.\d+$/),
  'dd-evp-origin': z.literal('browser'),
  'dd-request-id': z.uuid(),
  'dd-evp-encoding': z.literal('deflate').optional(),
});
const ofRum = parameters.extend({
  batch_time: z.string().regex(/^1\d{12}$/),
  '_dd.api': z.enum(['fetch', 'beacon', 'manual']),
  '_dd.retry_count': z.string().regex(/^\d+$/).optional(),
  '_dd.retry_after': z.string().regex(/^\d+$/).optional(),
});

const id = z.uuid();
const nanoseconds = z.int().nonnegative();
const instant = z.int().min(1_600_000_000_000).max(4_000_000_000_000);
const wholeEvent = z.looseObject({
  type: z.enum(['view', 'action', 'resource', 'error', 'long_task', 'vital']),
  date: instant,
  application: z.looseObject({ id: z.string().min(1) }),
  session: z.looseObject({ id, type: z.literal('user') }),
  view: z.looseObject({
    ...{ id, url: z.url(), first_byte: nanoseconds.optional(), largest_contentful_paint: nanoseconds.optional() },
    custom_timings: z.record(z.string().regex(/^[\w\-$.]+$/), nanoseconds).optional(),
  }),
  source: z.literal('browser'),
  service: z.string().regex(/^[\w\-:./]{1,200}$/),
  ddtags: z.string().regex(/^[^:,]+:[^,]*(,[^:,]+:[^,]*)*$/),
  _dd: z.looseObject({ format_version: z.literal(2) }),
  resource: z.looseObject({ id, url: z.string(), duration: nanoseconds.optional() }).optional(),
  long_task: z.looseObject({ id, duration: nanoseconds }).optional(),
  action: z.looseObject({ type: z.enum(['custom', 'click']).optional() }).optional(),
  error: z.looseObject({ message: z.string().optional(), source: z.string().optional() }).optional(),
  context: z.looseObject({}).optional(),
});
/** Says only what changed since the view was told last. */
const viewUpdate = wholeEvent
  .partial({ source: true, service: true, ddtags: true })
  .extend({ type: z.literal('view_update'), _dd: z.looseObject({ document_version: z.int().positive() }) });
const rumEvent = z.union([viewUpdate, wholeEvent]);
const telemetry = z.looseObject({ type: z.literal('telemetry') });
const logEvent = z.looseObject({
  date: instant,
  message: z.string(),
  status: z.enum(['ok', 'debug', 'info', 'notice', 'warn', 'error', 'critical', 'alert', 'emerg']),
  origin: z.enum(['network', 'source', 'console', 'logger', 'agent', 'report']),
  service: z.string().min(1),
  view: z.looseObject({ url: z.url() }),
});

export type RumEvent = z.output<typeof rumEvent>;
export type LogEvent = z.output<typeof logEvent>;

export interface Taken {
  readonly rum: readonly RumEvent[];
  readonly logs: readonly LogEvent[];
}

export interface DatadogRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Datadog takes no larger one. */
const messageBytes = 256 * 1024;

/** What Datadog's intake takes of a request. Throws with what is wrong. */
export function readDatadogRequest({ path, query, headers, body }: DatadogRequest): Taken {
  const track = /^\/api\/v2\/(rum|logs|replay)$/.exec(path)?.[1];
  if (!track) throw new Error(`no intake at ${path}`);
  const given = Object.fromEntries(query);
  if ([...query].length !== Object.keys(given).length) throw new Error(`a parameter is there twice: ${query}`);
  check(track === 'rum' ? ofRum : parameters, given, 'parameters');
  if (headers['content-encoding'] !== undefined) throw new Error('the encoding is told by dd-evp-encoding alone');
  if (track === 'replay') return readReplay(headers['content-type']);
  // A text or a blob of it: anything else costs a preflight, which Datadog's intake answers to nobody.
  if (!/^text\/plain(;charset=UTF-8)?$/.test(String(headers['content-type']))) throw new Error(`content type ${headers['content-type']}`);
  const lines = linesOf(body);
  if (track === 'logs') return { rum: [], logs: lines.map((line) => check(logEvent, line, 'a log')) };
  const events = lines.filter((line) => !telemetry.safeParse(line).success);
  return { rum: events.map((line) => check(rumEvent, line, 'an event')), logs: [] };
}

function readReplay(contentType: unknown): Taken {
  if (!String(contentType).startsWith('multipart/form-data; boundary=')) throw new Error(`content type ${contentType}`);
  return { rum: [], logs: [] };
}

function linesOf(body: Buffer): unknown[] {
  const lines = new TextDecoder('utf-8', { fatal: true }).decode(body).split('\n');
  if (lines.some((line) => Buffer.byteLength(line) > messageBytes)) throw new Error('a message is too large');
  return lines.map((line) => JSON.parse(line));
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`${what}: ${z.prettifyError(read.error)} in ${JSON.stringify(value).slice(0, 500)}`);
}
