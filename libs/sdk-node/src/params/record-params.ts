import { isSecretName, redactText } from './redact.ts';

export interface ParamOptions {
  /** Names of parameters that may be recorded, `query` or `filters.city`; none when absent. */
  readonly params?: readonly string[];
  /** Has the first word on a value that may be recorded; undefined leaves it out. What it answers is redacted and bounded all the same. */
  readonly redact?: (name: string, value: unknown) => unknown;
}

/** Bounds of what a span carries of its parameters. */
const mostNames = 32;
const mostItems = 10;
const deepest = 3;
const longestText = 256;
const mostBytes = 2_048;

/** JSON of what may be recorded of the parameters; undefined where nothing may. Names that do not fit into 2 KiB are left out. */
export function recordParams(params: unknown, { params: names = [], redact }: ParamOptions): string | undefined {
  const parts: string[] = [];
  let bytes = 1;
  for (const name of names.slice(0, mostNames)) {
    const value = valueAt(params, name.split('.'));
    const shown = value === undefined ? undefined : redact ? redact(name, value) : value;
    if (shown === undefined) continue;
    const part = `${JSON.stringify(name)}:${JSON.stringify(clean(name, shown, 0))}`;
    bytes += Buffer.byteLength(part) + 1;
    if (bytes > mostBytes) break;
    parts.push(part);
  }
  return parts.length > 0 ? `{${parts.join(',')}}` : undefined;
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return valueAt((value as Record<string, unknown>)[name], rest);
}

function clean(name: string, value: unknown, depth: number): unknown {
  if (isSecretName(name)) return '[redacted]';
  if (typeof value === 'string') return redactText(value, longestText);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth >= deepest) return `[${typeof value}]`;
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => clean(name, item, depth + 1));
  const entries = Object.entries(value).slice(0, mostItems);
  return Object.fromEntries(entries.map(([key, item]) => [redactText(key, longestText), clean(key, item, depth + 1)]));
}
