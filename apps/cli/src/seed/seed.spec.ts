import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { type SeedProgress, type SeedResult, seed } from './seed.ts';
import type { SeedRequest } from './seed-plan.ts';
import { EngineSeedTarget } from './seed-target.ts';

const clock = new SystemClock();
/** Noon of yesterday: the last day is half a day, however late the test runs. */
const until = Math.floor(clock.now() / 86_400_000) * 86_400_000 - 43_200_000;
const request: SeedRequest = { project: 'default', days: 14, rows: 300_000, seed: 1, until };
const never = new AbortController().signal;

let house: TemporaryWarehouse;
let target: EngineSeedTarget;
let result: SeedResult;

const run = (changes: Partial<SeedRequest> = {}, signal = never, onProgress: (progress: SeedProgress) => void = () => {}) =>
  seed(target, { ...request, ...changes }, clock, signal, onProgress);
const ask = <Row extends object>(sql: string, params: Record<string, string | number> = {}) => target.ask<Row>({ sql, params });

/** Changes when any row of the project does, whatever their order. */
async function fingerprint(project: string): Promise<string> {
  const [row] = await ask<{ rows: string }>(
    `SELECT concat(toString(count()), ':', toString(sum(cityHash64(* EXCEPT tenant)))) AS rows FROM rum_events WHERE tenant = {project:String}`,
    { project },
  );
  return row?.rows ?? '';
}

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  target = new EngineSeedTarget(house.engine);
  result = await run();
}, 180_000);
afterAll(() => house.close());

describe('seeded traffic', () => {
  it('has about as many rows as asked for, over the days asked for, up to the end asked for', async () => {
    const [found] = await ask<{ n: string; days: string; first: string; last: string }>(
      `SELECT count() AS n, uniqExact(toDate(ts)) AS days, toUnixTimestamp64Milli(min(ts)) AS first, toUnixTimestamp64Milli(max(ts)) AS last FROM rum_events WHERE tenant = 'default'`,
    );
    expect([Number(found?.n), Number(found?.days), result.daysAdded, result.daysKept]).toEqual([result.rows, 14, 14, 0]);
    expect(Math.abs(result.rows / request.rows - 1)).toBeLessThan(0.05);
    expect(Number(found?.last)).toBeLessThan(until);
    expect(Number(found?.last)).toBeGreaterThan(until - 600_000);
  });

  it('is the same in the rollups as in the events', async () => {
    const sums = await ask<{ n: string }>(
      `SELECT n FROM (SELECT count() AS n FROM rum_events WHERE tenant = 'default' UNION ALL SELECT sum(n) FROM rum_1m WHERE tenant = 'default' UNION ALL SELECT sum(n) FROM rum_1h WHERE tenant = 'default')`,
    );
    expect(new Set(sums.map(({ n }) => Number(n)))).toEqual(new Set([result.rows]));
  });

  it('added again under the same seed adds nothing', async () => {
    const before = await fingerprint('default');
    expect(await run()).toMatchObject({ rows: 0, daysAdded: 0, daysKept: 14 });
    expect(await fingerprint('default')).toBe(before);
  });

  it('is the same for the same seed, and other for another', async () => {
    const small = { days: 2, rows: 4_000 };
    await run({ ...small, project: 'one' });
    await run({ ...small, project: 'two' });
    await run({ ...small, project: 'three', seed: 2 });
    expect(await fingerprint('two')).toBe(await fingerprint('one'));
    expect(await fingerprint('three')).not.toBe(await fingerprint('one'));
  });

  it('that was interrupted is completed by the same command, without a row twice', async () => {
    const small = { days: 6, rows: 12_000 };
    await run({ ...small, project: 'whole' });
    const interrupted = new AbortController();
    const broken = run({ ...small, project: 'broken' }, interrupted.signal, () => interrupted.abort());
    await expect(broken).rejects.toThrow();
    // As after a crash between a day's events and its ledger rows.
    await target.run({ sql: `ALTER TABLE outcomes_1m DELETE WHERE tenant = 'broken' SETTINGS mutations_sync = 1`, params: {} });
    expect((await run({ ...small, project: 'broken' })).daysAdded).toBe(6);
    expect(await fingerprint('broken')).toBe(await fingerprint('whole'));
  });

  it('keeps the ledger balanced under a key of its own', async () => {
    const rows = await ask<{ outcome: string; beacons: number; events: number }>(
      `SELECT outcome, toUInt32(sum(beacons)) AS beacons, toUInt32(sum(events)) AS events FROM outcomes_1m
       WHERE tenant = 'default' AND key_id = 'seed-1' GROUP BY outcome ORDER BY outcome`,
    );
    const { rows: events, beacons } = result;
    expect(rows).toEqual(['accepted', 'received', 'stored'].map((outcome) => ({ outcome, beacons, events })));
    const ids = await ask<{ beacons: number; events: number }>(
      `SELECT toUInt32(uniqExact(src_offset)) AS beacons, toUInt32(uniqExact(src_offset, src_index)) AS events FROM rum_events WHERE tenant = 'default'`,
    );
    expect(ids).toEqual([{ beacons, events }]);
  });

  it('has a span for each tool call, in the same trace', async () => {
    const [found] = await ask<{ calls: string; spans: string }>(
      `SELECT uniqExact(trace_id) AS calls, (SELECT countIf(trace_id IN (SELECT trace_id FROM rum_events WHERE tool != 'unknown')) FROM span_events WHERE tenant = 'default') AS spans
       FROM rum_events WHERE tenant = 'default' AND tool != 'unknown'`,
    );
    expect(found?.spans).toBe(found?.calls);
  });

  it('has a deploy for each release', async () => {
    const deploys = await ask<{ release: string; at: string }>(
      `SELECT release, toUnixTimestamp64Milli(at) AS at FROM deploy_events WHERE tenant = 'default' ORDER BY at`,
    );
    expect(deploys.map(({ release, at }) => ({ release, at: Number(at) }))).toEqual(result.story.releases);
  });
});

describe('the shape of a week', () => {
  const ratio = async (sql: string) => Number((await ask<{ ratio: number }>(sql))[0]?.ratio);

  /** The last day is a half one, whatever weekday it is, and stays out. */
  const perDay = (which: string) => `(countIf(${which}) / uniqExactIf(toDate(ts), ${which}))`;

  it('has fewer visitors at night and on Sundays', async () => {
    expect(
      await ratio(`SELECT max(n) / min(n) AS ratio FROM (SELECT count() AS n FROM rum_events WHERE country = 'US' GROUP BY toHour(ts))`),
    ).toBeGreaterThan(5);
    expect(
      await ratio(`SELECT ${perDay('toDayOfWeek(ts) = 2')} / ${perDay('toDayOfWeek(ts) = 7')} AS ratio
        FROM rum_events WHERE tenant = 'default' AND toDate(ts) < toDate(fromUnixTimestamp64Milli(${until}))`),
    ).toBeGreaterThan(1.3);
  });

  it('is slower on phones and far away', async () => {
    const median = (where: string) => `(SELECT median(value) FROM rum_events WHERE metric = 'LCP' AND ${where})`;
    expect(await ratio(`SELECT ${median(`device = 'mobile'`)} / ${median(`device = 'desktop'`)} AS ratio`)).toBeGreaterThan(1.2);
    expect(await ratio(`SELECT ${median(`country = 'IN'`)} / ${median(`country = 'DE'`)} AS ratio`)).toBeGreaterThan(1.3);
  });

  it('is mostly good, sometimes poor, seldom an error', async () => {
    expect(await ratio(`SELECT countIf(rating = 'good') / count() AS ratio FROM rum_events WHERE metric = 'LCP'`)).toBeGreaterThan(0.6);
    expect(await ratio(`SELECT countIf(rating = 'poor') / count() AS ratio FROM rum_events WHERE metric = 'LCP'`)).toBeGreaterThan(0.03);
    const errors = await ratio(`SELECT countIf(metric = 'mcp-tool-error') / countIf(tool != 'unknown') AS ratio FROM rum_events`);
    expect(Math.abs(errors - 0.012)).toBeLessThan(0.004);
  });

  it('is mostly unsampled', async () => {
    expect(await ratio('SELECT countIf(weight = 1) / count() AS ratio FROM rum_events')).toBeGreaterThan(0.8);
    expect(await ratio('SELECT countIf(weight = 4) / count() AS ratio FROM rum_events')).toBeGreaterThan(0.05);
  });
});

describe('the planted regressions', () => {
  /**
   * How many times the value before a statistic is since then, where people browse: the least and the greatest factor
   * that the samples allow. Each day draws its own, so a fixed tolerance would hold on some days and not on others.
   * A quantile's rank among n samples spreads by sqrt(level * (1 - level) / n). Both sides are given 3 of that, in
   * opposite directions: their ratio is outside about once in 40,000 days.
   */
  async function change(metric: string, where: string, since: number, level: number): Promise<{ least: number; greatest: number }> {
    // Skips the hours in which a release is taken up.
    const settled = 'abs(toUnixTimestamp64Milli(ts) - {since:Int64}) > 6 * 3600000';
    const [row] = await ask<{ least: number; greatest: number }>(
      `WITH 3 * sqrt(${level} * ${1 - level} / length(values)) AS spread,
         arraySort(values) AS sorted,
         sorted[toUInt32(floor((${level} - spread) * length(values)))] AS low,
         sorted[toUInt32(ceil((${level} + spread) * length(values)))] AS high
       SELECT maxIf(low, since) / maxIf(high, NOT since) AS least, maxIf(high, since) / maxIf(low, NOT since) AS greatest
       FROM (SELECT ts > fromUnixTimestamp64Milli({since:Int64}) AS since, groupArray(value) AS values FROM rum_events
         WHERE tenant = 'default' AND metric = {metric:String} AND agent = 'browser' AND ${settled} AND ${where} GROUP BY since)`,
      { metric, since },
    );
    return row ?? { least: Number.NaN, greatest: Number.NaN };
  }
  const expectFactor = ({ least, greatest }: { least: number; greatest: number }, factor: number) => {
    expect(least).toBeLessThan(factor);
    expect(greatest).toBeGreaterThan(factor);
    // Samples enough to tell a planted regression from none.
    expect(greatest / least).toBeLessThan(1.6);
  };

  it('are a slower LCP on phones of one page, since a release', async () => {
    const { since, factor, release } = result.story.largestPaint;
    expect(result.story.releases).toContainEqual({ release, at: since });
    const here = await change('LCP', `route = 'class-search' AND device = 'mobile'`, since, 0.75);
    expectFactor(here, factor);
    expect(here.least).toBeGreaterThan(1);
  });

  it('and a longer tail of one tool, whose median stays', async () => {
    const { since, factor } = result.story.bookClass;
    const tail = await change('mcp-tool-execution', `tool = 'book_class'`, since, 0.95);
    expectFactor(tail, factor);
    expect(tail.least).toBeGreaterThan(1);
    expectFactor(await change('mcp-tool-execution', `tool = 'book_class'`, since, 0.5), 1);
  });

  it.each([
    ['LCP', `route = 'class-search' AND device = 'desktop'`, 'largestPaint', 0.75],
    ['LCP', `route = 'fitness-booking' AND device = 'mobile'`, 'largestPaint', 0.75],
    ['FCP', `route = 'class-search' AND device = 'mobile'`, 'largestPaint', 0.75],
    ['INP', `device = 'mobile'`, 'largestPaint', 0.75],
    ['mcp-tool-execution', `tool = 'search_classes'`, 'bookClass', 0.95],
    ['mcp-tool-execution', `tool = 'get_schedule'`, 'bookClass', 0.75],
  ] as const)('are the only ones: none of %s where %s', async (metric, where, story, level) => {
    expectFactor(await change(metric, where, result.story[story].since, level), 1);
  });
});
