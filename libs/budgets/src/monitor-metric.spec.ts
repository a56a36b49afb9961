import { describe, expect, it } from '@jest/globals';
import { monitorMetric, type RegressionResult, type Sample } from './regressions.ts';

const hourMs = 3_600_000;
const end = Date.UTC(2027, 0, 25, 10);
const now = () => end + 20 * 60_000;

/** A number in [0, 1) that is always the same for the same numbers (Knuth's multiplicative hash, twice). */
function uniform(one: number, other: number): number {
  const mixed = Math.imul(one + Math.imul(other, 0x9e3779b1) + 0x7f4a7c15, 0x85ebca6b);
  return (Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0) / 2 ** 32;
}

interface Traffic {
  readonly perHour?: number;
  /** Factor of the values, by how many hours ago they were measured. */
  readonly level?: (hoursAgo: number) => number;
  readonly unit?: number;
}

/** Samples around 1,000 of the unit, the same for the same hour. */
const fetchOf =
  ({ perHour = 40, level = () => 1, unit = 1 }: Traffic) =>
  (_metric: string, from: Date, to: Date): Sample[] =>
    Array.from({ length: Math.round((Number(to) - Number(from)) / hourMs) * perHour }, (_, i) => {
      const timestamp = Number(from) + (i / perHour) * hourMs;
      const hour = Math.floor(timestamp / hourMs);
      const spread = uniform(hour, i) + uniform(hour, i + 7_919) + uniform(hour, i + 104_729) - 1.5;
      return { timestamp, value: unit * 1_000 * Math.exp(spread) * level(end / hourMs - hour) };
    });

const monitor = (traffic: Traffic, options = {}) => monitorMetric('LCP', fetchOf(traffic), { now, ...options });
const slower = (factor: number, since: number) => (hoursAgo: number) => (hoursAgo <= since ? factor : 1);

describe('monitorMetric', () => {
  it('finds what got slower, and since when', async () => {
    const result = await monitor({ level: slower(1.3, 30) });
    expect(result).toMatchObject({ metric: 'LCP', detected: true, severity: 'medium', trend: 'stable' });
    expect(Math.abs(Number(result.since) - (end - 30 * hourMs))).toBeLessThanOrEqual(2 * hourMs);
    expect(result.percentageChange).toBeGreaterThan(25);
    expect(result.percentageChange).toBeLessThan(35);
    expect(result.currentValue! / result.baselineValue!).toBeCloseTo(1 + result.percentageChange! / 100, 2);
  });

  it('has nothing to say of what is as it was, and of what is over', async () => {
    expect(await monitor({})).toMatchObject({ detected: false, severity: 'low', since: null });
    expect(await monitor({ level: (hoursAgo) => (hoursAgo <= 60 && hoursAgo > 30 ? 1.5 : 1) })).toMatchObject({ detected: false });
  });

  it('compares plainly where it is asked to', async () => {
    expect(await monitor({ level: slower(1.6, 24) }, { method: 'simple' })).toMatchObject({
      detected: true,
      severity: 'high',
      since: null,
    });
    expect(await monitor({ level: slower(1.05, 24) }, { method: 'simple' })).toMatchObject({ detected: false });
  });

  it.each(['shift', 'simple'])('detects nothing without data on either side (%s)', async (method) => {
    const nothing = { detected: false, severity: 'low', percentageChange: null, trend: 'stable', since: null };
    expect(await monitor({ perHour: 0 }, { method })).toMatchObject({ ...nothing, currentValue: null, baselineValue: null });
    const fresh = async (metric: string, from: Date, to: Date) => (Number(to) === end ? fetchOf({})(metric, from, to) : []);
    expect(await monitorMetric('LCP', fresh, { now, method: method as 'shift' })).toMatchObject(nothing);
  });

  it.each(['shift', 'simple'])('does not depend on the unit (%s)', async (method) => {
    const [one, other] = [
      await monitor({ level: slower(1.3, 30) }, { method }),
      await monitor({ level: slower(1.3, 30), unit: 1e-3 }, { method }),
    ];
    expect({ ...other, currentValue: 0, baselineValue: 0 }).toMatchObject({
      ...{ detected: one.detected, severity: one.severity, since: one.since, trend: one.trend },
    });
    expect(other.currentValue! * 1e3).toBeCloseTo(one.currentValue!, -2);
    expect(Math.abs(other.percentageChange! - one.percentageChange!)).toBeLessThan(2);
  });

  it('reads a rate from what failed', async () => {
    const calls = (_metric: string, from: Date, to: Date): Sample[] =>
      fetchOf({ perHour: 60 })('', from, to).map(({ timestamp }, i) => ({
        timestamp,
        value: uniform(Number(timestamp) % 1e9, i) < (end - Number(timestamp) <= 30 * hourMs ? 0.2 : 0.05) ? 1 : 0,
      }));
    const result = await monitorMetric('mcp_tool_error_rate', calls, { now });
    expect(result).toMatchObject({ detected: true, severity: 'high' });
    expect(result.currentValue).toBeCloseTo(0.2, 1);
  });

  it('is not moved by a slow segment that grows', async () => {
    const growing = (metric: string, from: Date, to: Date): Sample[] => [
      ...fetchOf({})(metric, from, to).map((sample) => ({ ...sample, segment: 'desktop' })),
      ...fetchOf({ perHour: Number(from) > end - 48 * hourMs ? 120 : 20, unit: 3 })(metric, from, to).map((sample) => ({
        ...sample,
        segment: 'mobile',
      })),
    ];
    expect(await monitorMetric('LCP', growing, { now })).toMatchObject({ detected: false });
    expect(await monitorMetric('LCP', growing, { now, method: 'simple' })).toMatchObject({ detected: true });
  });

  it('tells a regression, and waits until it is told', async () => {
    const told: RegressionResult[] = [];
    const onRegression = async (result: RegressionResult) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push(result);
    };
    await monitor({}, { onRegression });
    expect(told).toEqual([]);
    const result = await monitor({ level: slower(1.5, 30) }, { onRegression });
    expect(told).toEqual([result]);
  });

  it('asks for whole hours of 15 days, each once', async () => {
    const asked: number[] = [];
    const fetchNothing = (_metric: string, from: Date, to: Date): Sample[] => {
      asked.push(Number(from), Number(to));
      return [];
    };
    await monitorMetric('LCP', fetchNothing, { now });
    expect(asked).toHaveLength(30);
    expect([asked[0], asked.at(-1)]).toEqual([end - 15 * 24 * hourMs, end]);
    expect(asked.slice(1, -1).filter((one, i) => i % 2 === 0 && one !== asked[i + 2])).toEqual([]);
  });

  it.each([
    ['L C P', [], 'metric'],
    ['LCP_count', [], 'metric'],
    ['LCP', [{ timestamp: end - 1, value: -1 }], 'value'],
    ['LCP', [{ timestamp: Number.NaN, value: 1 }], 'timestamp'],
  ])('refuses %s with %j', async (metric, samples, field) => {
    await expect(monitorMetric(metric, () => samples, { now })).rejects.toThrow(new RegExp(`^${field}: `));
  });
});
