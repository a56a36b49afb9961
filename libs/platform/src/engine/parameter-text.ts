import { EngineError, EscapedParameter } from './engine.ts';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string as an SQL literal. */
export function quoteLiteral(text: string): string {
  return `'${escapeText(text)}'`;
}

/**
 * A value in the form the engine reads a `{name:Type}` from: escaped text outside, SQL literals inside arrays and maps.
 * The engine parses it by the type in the placeholder, so it can never become part of the statement.
 */
export function parameterText(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (value instanceof EscapedParameter) return value.text;
  if (typeof value === 'string') return escapeText(value);
  if (value instanceof Date) return unixSeconds(value);
  return literal(value);
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Date) return unixSeconds(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`;
  if (typeof value === 'object') return mapLiteral(value instanceof Map ? value : new Map(Object.entries(value)));
  throw new EngineError(`a ${typeof value} cannot be a query parameter`, 457, 'BAD_QUERY_PARAMETER');
}

function mapLiteral(entries: ReadonlyMap<unknown, unknown>): string {
  return `{${[...entries].map(([key, value]) => `${literal(key)}:${literal(value)}`).join(',')}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : `${value < 0 ? '-' : ''}inf`;
}

function unixSeconds(value: Date): string {
  return (value.getTime() / 1000).toFixed(3);
}

function escapeText(text: string): string {
  // The characters the engine reads as ends of a field.
  return text.replace(/[\\'\0\b\f\n\r\t]/g, (character) => escapes[character]!);
}
