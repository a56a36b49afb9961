import type { z } from 'zod';
import { mistake, type RcProblem } from './rc-problem.ts';

/** The value as the schema reads it, or what is wrong with it: field, limit and what stands there. */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { readonly data?: z.infer<Schema>; readonly problems: readonly RcProblem[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data, problems: [] };
  return { problems: parsed.error.issues.map(({ path, message }) => mistake(path, `${message}, not ${shown(valueAt(value, path))}`)) };
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((within, key) => (within as Record<PropertyKey, unknown> | undefined)?.[key], value);

const longestShown = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
