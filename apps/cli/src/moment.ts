import { UsageError } from './command.ts';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `2h` or `30d` in milliseconds; undefined where it is no length. */
export function lengthMs(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? Number.NaN);
  return ms > 0 ? ms : undefined;
}

/** A length before now, or an ISO 8601 time with a zone. Milliseconds since 1970. */
export function momentOf(name: string, given: string | boolean | undefined, now: number, usual: number): number {
  if (given === undefined) return usual;
  const length = lengthMs(String(given));
  if (length !== undefined) return now - length;
  const moment = /T.*(Z|[+-]\d\d:?\d\d)$/.test(String(given)) ? Date.parse(String(given)) : Number.NaN;
  if (Number.isFinite(moment)) return moment;
  throw new UsageError(`--${name} must be a number of m, h or d before now, or an ISO 8601 time with a zone, not ${JSON.stringify(given)}`);
}
