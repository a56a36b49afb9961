import { Refusal } from './refusal.ts';

/** Milliseconds of an instant given as such, or as ISO 8601 with a zone. */
export function parseInstant(text: string, field: string): number {
  const instant = /^\d{1,14}$/.test(text) ? Number(text) : /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new Refusal(
      'parameter_invalid',
      `${field} must be milliseconds since 1970 or ISO 8601 with a zone, such as 2026-11-22T08:00:00Z`,
      field,
    );
  }
  return instant;
}
