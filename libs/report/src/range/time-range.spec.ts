import { describe, expect, it } from '@jest/globals';
import { parseInstant, Refusal } from '#platform';
import { dayMs, hourMs, minuteMs, parseWindow, resolveRange } from './time-range.ts';

const now = Date.UTC(2026, 10, 22, 12, 3, 20);

function refusalOf(act: () => unknown): { code: string; field: string | null; limit: unknown } {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, field: error.field, limit: error.limit };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a window', () => {
  it.each([
    ['15m', 15 * minuteMs],
    ['1h', hourMs],
    ['24h', dayMs],
    ['7d', 7 * dayMs],
    ['400d', 400 * dayMs],
  ])('%s is %d ms', (window, ms) => {
    expect(parseWindow(window)).toBe(ms);
  });

  it.each(['', '24', 'h', '0h', '-1h', '1.5h', '24H', '1w', ' 1h', '1h ', '9999999m'])('is refused as %j, naming window', (window) => {
    expect(refusalOf(() => parseWindow(window))).toMatchObject({ code: 'parameter_invalid', field: 'window' });
  });

  it.each(['401d', '9601h', '576001m'])('of %s is beyond what is kept', (window) => {
    expect(refusalOf(() => parseWindow(window))).toEqual({ code: 'range_too_long', field: 'window', limit: '400d' });
  });
});

describe('an instant', () => {
  it('is milliseconds since 1970 or ISO 8601 with a zone', () => {
    expect(parseInstant(String(now), 'from')).toBe(now);
    expect(parseInstant('2026-11-22T12:03:20Z', 'from')).toBe(now);
    expect(parseInstant('2026-11-22T13:03:20+01:00', 'from')).toBe(now);
  });

  it.each(['2026-11-22T12:03:20', 'yesterday', '2026-13-01T00:00:00Z', '-5', '1e12', ''])('is refused as %j', (text) => {
    expect(refusalOf(() => parseInstant(text, 'to'))).toMatchObject({ code: 'parameter_invalid', field: 'to' });
  });
});

describe('a range', () => {
  it('is the default window before now when nothing is said', () => {
    expect(resolveRange({}, now, '24h')).toEqual({ from: now - dayMs, to: now });
  });

  it('of from alone ends now', () => {
    expect(resolveRange({ from: String(now - 5) }, now, '24h')).toEqual({ from: now - 5, to: now });
  });

  it('is refused when it is empty or turned round', () => {
    expect(refusalOf(() => resolveRange({ from: '10', to: '10' }, now, '24h'))).toMatchObject({ code: 'range_invalid', field: 'from' });
  });

  it('is refused when window and from are both given', () => {
    expect(refusalOf(() => resolveRange({ from: '10', window: '1h' }, now, '24h'))).toMatchObject({ field: 'window' });
  });

  it('is refused when to stands alone', () => {
    expect(refusalOf(() => resolveRange({ to: '10' }, now, '24h'))).toMatchObject({ code: 'parameter_missing', field: 'from' });
  });

  it('is refused when it begins before what is kept', () => {
    const from = String(now - 401 * dayMs);
    expect(refusalOf(() => resolveRange({ from }, now, '24h'))).toEqual({ code: 'range_too_long', field: 'from', limit: '400d' });
  });
});
