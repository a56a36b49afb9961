import type { Clean } from '../intake/steps/scrub.ts';
import type { Attributes, AttributeValue } from './telemetry-batch.ts';

/** What of a record is kept; what is beyond is cut off and counted, because other people's SDKs cannot be told to send less. */
export const telemetryLimits = {
  attributes: 128,
  nameLength: 128,
  valueLength: 2_048,
  /** Of all attributes of a record together: a message of the stream holds many records. */
  attributesLength: 12_288,
  /** Of a log record's text, an error's message, an operation's resource. */
  textLength: 8_192,
  /** Of a name with few values, such as a service. */
  shortLength: 256,
} as const;

/** The attributes of one record on their way into its row. */
export interface StoredAttributes {
  readonly attrs: Record<string, string>;
  readonly truncated: boolean;
  readonly scrubbed: boolean;
}

/** Names whose values are secrets or people, whatever they look like. The guide puts the whole parameters of a tool into `mcp.tool.params`. */
const secretName = /(^|[._-])(authorization|cookie|set-cookie|password|passwd|secret|api[_-]?key|token|mcp\.tool\.params)$/i;
const statementName = /^(db\.statement|db\.query\.text|sql\.query)$/;
/** Trace and span ids of linked spans, which would pass for tokens. */
export const linksName = 'otel.links';
const onlyIds = /^[0-9a-f]{32}-[0-9a-f]{16}(?:,[0-9a-f]{32}-[0-9a-f]{16})*$/;
/** Names that reach into an object's prototype when someone copies by name. */
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The attributes that have no column, as texts within their limits, without personal data and secrets. */
export function storedAttributes(attributes: Attributes, taken: ReadonlySet<string>, clean: Clean): StoredAttributes {
  const attrs: Record<string, string> = {};
  let [count, length, truncated, scrubbed] = [0, 0, false, false];
  for (const name in attributes) {
    if (taken.has(name) || forbiddenNames.has(name)) continue;
    const text = cut(String(attributes[name]), telemetryLimits.valueLength);
    const cleaned = cleanValue(name, text, clean);
    length += name.length + cleaned.length;
    if (count >= telemetryLimits.attributes || name.length > telemetryLimits.nameLength || length > telemetryLimits.attributesLength) {
      truncated = true;
      continue;
    }
    count += 1;
    truncated ||= text.length < String(attributes[name]).length;
    scrubbed ||= cleaned !== text;
    // The engine refuses half a character in a name, and with it all that is in its message.
    attrs[name.toWellFormed()] = cleaned;
  }
  return { attrs, truncated, scrubbed };
}

function cleanValue(name: string, text: string, clean: Clean): string {
  if (secretName.test(name)) return '[redacted]';
  if (name === linksName && onlyIds.test(text)) return text;
  if (!statementName.test(name)) return clean(text);
  // Between its placeholders, which would be taken for the beginning of a query string.
  return withoutLiterals(text).split('?').map(clean).join('?');
}

/** A statement with `?` in place of its texts and numbers: they are data of somebody. */
function withoutLiterals(statement: string): string {
  return statement.replace(/'(?:[^']|'')*'?/g, '?').replace(/(?<![\w$.])\d+(?:\.\d+)?\b/g, '?');
}

/** At most so many UTF-16 units, and never half a character. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}

/** The first of the names that is there, and that it is taken. */
export function takeText(attributes: Attributes, names: readonly string[], taken: Set<string>): string {
  const value = take(attributes, names, taken);
  return value === undefined ? '' : cut(String(value), telemetryLimits.textLength);
}

/** A whole number of at least 0 and at most `most`; 0 where there is none. */
export function takeNumber(attributes: Attributes, names: readonly string[], taken: Set<string>, most: number): number {
  const value = Number(take(attributes, names, taken) ?? 0);
  return Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), most) : 0;
}

function take(attributes: Attributes, names: readonly string[], taken: Set<string>): AttributeValue | undefined {
  const name = names.find((each) => Object.hasOwn(attributes, each) && attributes[each] !== '');
  if (name === undefined) return undefined;
  taken.add(name);
  return attributes[name];
}
