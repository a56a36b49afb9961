import { refuse } from '../../intake/arrival.ts';
import type { Origin, PointNumbers, PointRecord, RefusedRecord } from '../telemetry-batch.ts';

export interface ReadPoints {
  readonly points: readonly PointRecord[];
  readonly refused: readonly RefusedRecord[];
}

/** `name:value[:value...]|type[|@rate][|#tag:v,...][|c:...][|T<unix seconds>]`, https://docs.datadoghq.com/extend/dogstatsd/datagram_shell */
const line = /^([A-Za-z][\w.-]{0,199}):([-\d.eE+:]+)\|(c|g|h|d|ms)(\|.*)?$/;
const mostLines = 10_000;
/** What clients say of themselves. */
const ofClients = /^datadog\./;

const notKept = refuse('not_kept', 'sets, events, service checks and what a client says of itself are not kept');
const wrong = refuse('shape_invalid', 'a line is not name:value|type', 'body');
const tooMany = refuse('too_many_events', `more than ${mostLines} lines in one request`, 'body', mostLines);

/** Points of a body of lines, as runtime metrics of a tracer are sent. */
export function statsdPoints(body: string, receivedAt: number): ReadPoints {
  const points: PointRecord[] = [];
  const refused: RefusedRecord[] = [];
  const lines = body.split('\n').filter((text) => text !== '');
  for (const text of lines.slice(0, mostLines)) {
    const [, name, values, type, rest] = line.exec(text) ?? [];
    if (name === undefined) refused.push({ signal: 'points', refusal: /\|s(\||$)|^_/.test(text) ? notKept : wrong });
    else if (ofClients.test(name)) refused.push({ signal: 'points', refusal: notKept });
    else points.push(pointOf(name, values!, type!, (rest ?? '').split('|'), receivedAt));
  }
  for (let left = lines.length - mostLines; left > 0; left -= 1) refused.push({ signal: 'points', refusal: tooMany });
  return { points, refused };
}

function pointOf(name: string, text: string, type: string, fields: readonly string[], receivedAt: number): PointRecord {
  const field = (mark: string) => fields.find((each) => each.startsWith(mark))?.slice(mark.length);
  const rate = Number(field('@') ?? 1);
  const { origin, attributes } = tagsOf(field('#') ?? '');
  const seconds = Number(field('T'));
  const values = text.split(':').map(Number);
  return {
    ...{ origin, attributes, name, unit: type === 'ms' ? 'ms' : '', start: 0, at: seconds > 0 ? seconds * 1_000 : receivedAt, traceId: '' },
    ...(type === 'g' ? { kind: 'gauge' as const, temporality: 'unspecified' as const, monotonic: false, value: values.at(-1)! } : {}),
    ...(type === 'c'
      ? { kind: 'sum' as const, temporality: 'delta' as const, monotonic: false, value: sumOf(values) / (rate > 0 ? rate : 1) }
      : {}),
    ...(type === 'g' || type === 'c'
      ? {}
      : { kind: 'histogram' as const, temporality: 'delta' as const, monotonic: false, ...numbersOf(values) }),
  } as PointRecord;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Without buckets: how many there were, and between what. */
function numbersOf(values: readonly number[]): Partial<PointNumbers> {
  return {
    count: String(values.length),
    sum: sumOf(values),
    min: Math.min(...values),
    max: Math.max(...values),
    buckets: [String(values.length)],
  };
}

function tagsOf(text: string): { origin: Origin; attributes: Record<string, string> } {
  const attributes: Record<string, string> = {};
  for (const tag of text.split(',')) {
    const colon = tag.indexOf(':');
    if (colon > 0) attributes[tag.slice(0, colon)] = tag.slice(colon + 1);
  }
  const { service = '', env = '', version: release = '', 'runtime-id': _, lang: __, ...own } = attributes;
  return { origin: { service, env, release, sessionId: '' }, attributes: own };
}
