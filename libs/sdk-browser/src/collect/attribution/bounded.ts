import type { Attributes } from '../../metric.ts';

/**
 * Text as a beacon can carry it: cut at `longest`, and addresses in it without query and fragment, where tokens and names
 * of people stand.
 */
export function bounded(fields: object, longest: number): Attributes {
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(fields))
    kept[name] = typeof value === 'string' ? value.replace(/(:\/\/[^\s?#)]*)[?#][^\s:)]*/g, '$1').slice(0, longest) : value;
  return kept;
}
