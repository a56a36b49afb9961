import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../test/seed/seeded-random.ts';
import { detectGiven } from './detect-given.ts';
import type { GivenSeries } from './given-series.ts';

const [hours, evalFrom, gamma] = [504, 336, 1.05];

interface Traffic {
  readonly seed: number;
  /** Strata with their samples an hour and the log of their level at an hour. */
  readonly strata: readonly { readonly samples: (hour: number) => number; readonly level: (hour: number) => number }[];
  readonly deploys?: readonly number[];
}

const spread = 0.5;

/** Log-normal durations of a spread of 0.5 around each level. */
function seriesOf({ seed, strata, deploys = [] }: Traffic): GivenSeries {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const hourOf = (samples: number, level: number) => {
    const cells = new Map<number, number>();
    for (let i = 0; i < samples; i++) {
      const bin = Math.floor((level + spread * normal()) / Math.log(gamma));
      cells.set(bin, (cells.get(bin) ?? 0) + 1);
    }
    return [...cells].flat();
  };
  return {
    ...{ id: `s${seed}`, kind: 'latency', t0: '2027-01-04T00:00:00Z', hours, eval_from: evalFrom, bin: { lo: 1, gamma } },
    strata: strata.map(({ samples, level }, i) => ({
      key: { device: ['mobile', 'desktop', 'tablet'][i]! },
      h: Array.from({ length: hours }, (_, hour) => hourOf(samples(hour), level(hour))),
    })),
    deploys: deploys.map((hour) => ({ hour, version: `v${hour}` })),
  };
}

const steady = (samples: number, level: number) => ({ samples: () => samples, level: () => level });
const stepping = (samples: number, level: number, at: number, step: number) => ({
  samples: () => samples,
  level: (hour: number) => (hour >= at ? level + step : level),
});
const alertsOf = (traffic: Traffic) => detectGiven(seriesOf(traffic)).alerts;

describe('detectGiven', () => {
  it.each([1, 2, 3])('finds a step of 15 %% once, when and where it began (%p)', (seed) => {
    const alerts = alertsOf({ seed, strata: [steady(60, 7), stepping(60, 6, 400, Math.log(1.15))], deploys: [350, 400] });
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ start: 400, deploy: 400, dim: { device: 'desktop' } });
    expect(alerts[0]!.t).toBeGreaterThan(401);
    expect(alerts[0]!.t).toBeLessThan(420);
  });

  it('finds a general step and says that it is general', () => {
    const alerts = alertsOf({ seed: 4, strata: [stepping(60, 7, 390, 0.15), stepping(60, 6, 390, 0.15)] });
    expect(alerts).toEqual([{ t: expect.any(Number), start: expect.any(Number), dim: null, deploy: null }]);
    expect(Math.abs(alerts[0]!.start - 390)).toBeLessThanOrEqual(2);
  });

  it.each([5, 6])('is not fooled by a slow stratum that grows (%p)', (seed) => {
    const growing = { samples: (hour: number) => (hour >= 400 ? 120 : 30), level: () => 7.5 };
    expect(alertsOf({ seed, strata: [steady(60, 6), growing] })).toEqual([]);
  });

  it('sees a slower stratum behind fast traffic that grows', () => {
    const growing = { samples: (hour: number) => (hour >= 400 ? 200 : 40), level: () => 4.5 };
    expect(alertsOf({ seed: 7, strata: [growing, stepping(60, 7, 400, Math.log(1.2))] })).toMatchObject([{ dim: { device: 'desktop' } }]);
  });

  it.each([
    ['one bad hour', (hour: number) => (hour === 420 ? 1 : 0)],
    ['three bad hours', (hour: number) => (hour >= 420 && hour < 423 ? 0.8 : 0)],
    ['slow nights', (hour: number) => (hour % 24 < 6 ? 0.2 : 0)],
    ['weekends that are slower', (hour: number) => (Math.floor(hour / 24) % 7 >= 5 ? 0.15 : 0)],
    ['a step of long ago', (hour: number) => (hour >= 250 ? 0.3 : 0)],
    ['an improvement', (hour: number) => (hour >= 400 ? -0.3 : 0)],
  ])('stays quiet at %s', (_, level) => {
    expect(alertsOf({ seed: 8, strata: [{ samples: () => 80, level: (hour) => 7 + level(hour) }] })).toEqual([]);
  });

  /** Mondays begin the weeks; the eval week's Wednesday is the 17th day. */
  const [workdays, wednesday] = [5, 16];
  const dayOf = (hour: number) => Math.floor(hour / 24);
  const atRest = (hour: number, holiday: boolean) => dayOf(hour) % 7 >= workdays || (holiday && dayOf(hour) === wednesday);

  it('takes what changed just before the first judged hour as it is', () => {
    expect(alertsOf({ seed: 20, strata: [stepping(60, 7, evalFrom - 8, 0.2)] })).toEqual([]);
    expect(alertsOf({ seed: 20, strata: [stepping(60, 7, evalFrom + 8, 0.2)] })).toHaveLength(1);
  });

  it.each([14, 15, 16])('judges a holiday like the weekends that it resembles, and a slow working day not (%p)', (seed) => {
    const level = (hour: number) => (atRest(hour, true) ? 6.15 : 6);
    const traffic = (holiday: boolean) => (hour: number) => (atRest(hour, holiday) ? 40 : 70);
    expect(alertsOf({ seed, strata: [{ samples: traffic(true), level }] })).toEqual([]);
    expect(alertsOf({ seed, strata: [{ samples: traffic(false), level }] })).toHaveLength(1);
  });

  it('says almost nothing of outages that are over, where few samples show them late', () => {
    const outage = { samples: () => 15, level: (hour: number) => (hour >= 410 && hour < 415 ? 7.5 : 7) };
    let told = 0;
    for (let seed = 40; seed < 70; seed++) told += alertsOf({ seed, strata: [outage] }).length;
    // Where one alarmed at whatever stands out in a window, it was 17.
    expect(told).toBeLessThanOrEqual(3);
  });

  it('does not depend on the unit of the values', () => {
    const series = seriesOf({ seed: 9, strata: [stepping(40, 7, 380, 0.2), steady(20, 6)] });
    const factor = 137;
    const inOtherUnit = {
      ...series,
      strata: series.strata.map(({ h, ...rest }) => ({
        ...rest,
        h: h!.map((flat) => flat!.map((one, i) => (i % 2 ? one : one + factor))),
      })),
    };
    expect(detectGiven(series).alerts).toHaveLength(1);
    expect(detectGiven(inOtherUnit)).toEqual(detectGiven(series));
  });

  it('gives almost no alarm for stationary hours in any order', () => {
    let alarms = 0;
    for (let seed = 100; seed < 130; seed++) {
      const random = seededRandom(seed);
      const series = seriesOf({ seed, strata: [steady(30, 7), steady(10, 6)] });
      for (const stratum of series.strata) stratum.h!.sort(() => random() - 0.5);
      alarms += detectGiven(series).alerts.length;
    }
    // 30 series of a week are 7 series-months: at the stated 0.15 a month one alarm is to be expected.
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it('judges late rows by the hour in which they were measured', () => {
    const series = seriesOf({ seed: 10, strata: [stepping(80, 7, 400, 0.3)] });
    const isLate = (hour: number) => hour >= 400 && hour < 404;
    const [{ key, h }] = series.strata as [GivenSeries['strata'][number]];
    const late = h!.flatMap((cells, hour) => (isLate(hour) ? [[hour, 5, cells!] as [number, number, number[]]] : []));
    const inTime = h!.map((cells, hour) => (isLate(hour) ? [] : cells));
    const startOf = (stratum: GivenSeries['strata'][number]) => detectGiven({ ...series, strata: [stratum] }).alerts[0]!.start;
    expect(startOf({ key, h: inTime, late })).toBe(400);
    // Without them the change seems to begin with the first hour that is there.
    expect(startOf({ key, h: inTime })).toBeGreaterThanOrEqual(404);
  });

  it('counts errors against the calls of each stratum', () => {
    const random = seededRandom(11);
    const errors = (hour: number, calls: number, share: number) =>
      Array.from({ length: calls }).filter(() => random() < share * (hour >= 400 ? 2 : 1)).length;
    const series: GivenSeries = {
      ...{ id: 'rate', kind: 'rate', t0: '2027-01-04T00:00:00Z', hours, eval_from: evalFrom },
      strata: [0.01, 0.05].map((share, i) => ({
        key: { tool: `t${i}` },
        n: Array.from({ length: hours }, () => 200),
        k: Array.from({ length: hours }, (_, hour) => errors(hour, 200, share)),
      })),
    };
    const { alerts } = detectGiven(series);
    expect(alerts).toMatchObject([{ dim: null, deploy: null }]);
    expect(Math.abs(alerts[0]!.start - 400)).toBeLessThanOrEqual(2);
  });
});

describe('the plain comparison', () => {
  it('finds a large step when most of a day is slower, and calls a weekend one too', () => {
    const step = seriesOf({ seed: 12, strata: [stepping(50, 7, 400, 0.4)] });
    expect(detectGiven(step, 'simple').alerts.length).toBeGreaterThan(0);
    const weekend = (hour: number) => (Math.floor(hour / 24) % 7 >= 5 ? 7.4 : 7);
    const shaped = seriesOf({ seed: 13, strata: [{ samples: () => 50, level: weekend }] });
    expect([detectGiven(shaped, 'simple').alerts.length > 0, detectGiven(shaped).alerts]).toEqual([true, []]);
  });
});
