import { parseInstant, Refusal } from '#platform';

/** Half-open: `from` belongs to it, `to` does not. Milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Hour rollups are kept this long; nothing older can be asked for. */
export const longestWindowDays = 400;

const unitMs: Record<string, number> = { m: minuteMs, h: hourMs, d: dayMs };

/** Milliseconds of `15m`, `24h`, `30d`. */
export function parseWindow(window: string): number {
  const match = /^([1-9]\d{0,5})([mhd])$/.exec(window);
  const length = match ? Number(match[1]) * (unitMs[match[2] as string] as number) : 0;
  if (length === 0)
    throw new Refusal('parameter_invalid', `window must be a number of m, h or d, such as 15m, 24h or 30d`, 'window', '1m..400d');
  if (length > longestWindowDays * dayMs) {
    throw new Refusal(
      'range_too_long',
      `window reaches back further than the ${longestWindowDays} days that are kept`,
      'window',
      `${longestWindowDays}d`,
    );
  }
  return length;
}

export interface RangeParameters {
  readonly window?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The range of `window`, or of `from` and `to`; without any of them `defaultWindow` before now. */
export function resolveRange(asked: RangeParameters, now: number, defaultWindow: string): TimeRange {
  if (asked.from === undefined) {
    if (asked.to !== undefined) throw new Refusal('parameter_missing', 'to needs from', 'from');
    return { from: now - parseWindow(asked.window ?? defaultWindow), to: now };
  }
  if (asked.window !== undefined) throw new Refusal('range_invalid', 'window and from exclude each other', 'window');
  const range = { from: parseInstant(asked.from, 'from'), to: asked.to === undefined ? now : parseInstant(asked.to, 'to') };
  if (range.from >= range.to) throw new Refusal('range_invalid', 'from must lie before to', 'from', range.to);
  if (range.from < now - longestWindowDays * dayMs) {
    throw new Refusal('range_too_long', `from lies before the ${longestWindowDays} days that are kept`, 'from', `${longestWindowDays}d`);
  }
  return range;
}

export function floorTo(instant: number, step: number): number {
  return Math.floor(instant / step) * step;
}

export function ceilTo(instant: number, step: number): number {
  return Math.ceil(instant / step) * step;
}
