import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { configFileSchema } from '#contracts';
import { EmbeddedStream, ManualClock } from '#platform';
import { type StoredRow, storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { RecordingDatadog } from '../../../platform/src/datadog/recording-datadog.contract.ts';
import { type MinuteTry, SeriesForwarder, settleMs } from './series-forwarder.ts';

const apiKey = '0123456789abcdef0123456789abcdef';
const minuteMs = 60_000;
/** A minute that no other test uses; recent, because rows are kept for a while only. */
let end = Math.floor(Date.now() / minuteMs) * minuteMs - 600 * minuteMs;

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let datadog: RecordingDatadog;
let clock: ManualClock;
let logged: string[];
beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
beforeEach(async () => {
  end += 10 * minuteMs;
  logged = [];
  clock = new ManualClock(end + settleMs);
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-series-'));
  stream = await EmbeddedStream.open({ dir, clock });
  datadog = await RecordingDatadog.start(apiKey, () => clock.now());
});
afterEach(async () => {
  await stream.close();
  await datadog.close();
  await rm(dir, { recursive: true, force: true });
});
afterAll(() => house.close());

const store = (values: readonly number[], changes: Partial<StoredRow> = {}) =>
  storeRows(
    house.warehouse,
    values.map((value) => ({ ts: end - minuteMs / 2, value, ...changes })),
  );
function forwarderOf(datadogConfig: object = {}): SeriesForwarder {
  const config = configFileSchema.parse({ projects: [{ id: 'default' }, { id: 'blog' }], datadog: { series: true, ...datadogConfig } });
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  return new SeriesForwarder({ warehouse: house.warehouse, stream, clock, log, account: { apiKey, url: datadog.url }, config });
}
const minute = (changes: Partial<MinuteTry> = {}): MinuteTry => ({
  ...{ end, attempt: 1, isLast: false, signal: new AbortController().signal },
  ...changes,
});
const points = () => Object.fromEntries([...datadog.points].map(([key, value]) => [key.replace(/ \d+$/, ''), value]));
const ledger = () =>
  house.warehouse.ask({
    sql: `SELECT project, result, series, left_out, requests, attempt, reason FROM forwarded WHERE minute = toDateTime({minute:UInt32}, 'UTC') ORDER BY project`,
    params: { minute: (end - minuteMs) / 1_000 },
  });
const place = 'project:default,service:studio,env:production';

describe('a minute', () => {
  it('is told with its percentiles and count, weighted, and what is around it is not', async () => {
    await store([1_000, 2_000, 3_000, 4_000], { weight: 1 });
    await store([9_000], { weight: 10 });
    await store([50_000], { ts: end });
    await store([50_000], { ts: end - minuteMs - 1 });
    await store([50_000], { agent: 'bot' });
    await forwarderOf().run(minute());
    const told = points();
    expect(Object.keys(told).sort()).toEqual(['count', 'p75', 'p95'].map((one) => `beaconhouse.rum.lcp.${one} ${place}`));
    expect(told[`beaconhouse.rum.lcp.count ${place}`]).toBe(14);
    // The heavy one is two thirds of all.
    expect(Math.abs(told[`beaconhouse.rum.lcp.p75 ${place}`]! / 9_000 - 1)).toBeLessThan(0.02);
    expect([...datadog.points.keys()].every((key) => key.endsWith(String((end - minuteMs) / 1_000)))).toBe(true);
    expect(datadog.refusals).toEqual([]);
  });

  it('is told of each project, app and environment that is wanted, by what the house knows and what is listed', async () => {
    await store([0.1], { metric: 'CLS', app: 'chat' });
    await store([5], { metric: 'cart-size' });
    await store([7], { metric: 'other' });
    await store([200], { tenant: 'blog', metric: 'INP', env: 'staging' });
    await forwarderOf({ metrics: ['cart-size'], tags: ['team:web'] }).run(minute());
    const counts = Object.keys(points()).filter((key) => key.includes('.count '));
    expect(counts.sort()).toEqual([
      'beaconhouse.rum.cart_size.count project:default,service:studio,env:production,team:web',
      'beaconhouse.rum.cls.count project:default,service:chat,env:production,team:web',
      'beaconhouse.rum.inp.count project:blog,service:studio,env:staging,team:web',
    ]);
    expect(await ledger()).toMatchObject([
      { project: 'blog', result: 'delivered', series: 3, requests: 1 },
      { project: 'default', result: 'delivered', series: 6, left_out: 0, requests: 1 },
    ]);
  });

  it('of a project that is not wanted, or in which nothing was measured, is not told', async () => {
    await store([100]);
    await forwarderOf({ projects: ['blog'] }).run(minute());
    expect([datadog.requestedAt, await ledger()]).toEqual([[], []]);
  });

  it('is told once, however often it is run', async () => {
    await store([100]);
    for (let attempt = 1; attempt < 4; attempt += 1) await forwarderOf().run(minute({ attempt }));
    expect([datadog.seriesRequests, await ledger()]).toEqual([[3], [expect.objectContaining({ result: 'delivered', attempt: 1 })]]);
  });

  it('that was told and not noted is told again, which changes nothing there', async () => {
    await store([100]);
    datadog.answer({ status: 0, hangUp: 'after' });
    await expect(forwarderOf().run(minute())).rejects.toThrow();
    const before = points();
    await forwarderOf().run(minute({ attempt: 2 }));
    expect([datadog.seriesRequests, points()]).toEqual([[3, 3], before]);
    expect(await ledger()).toMatchObject([{ result: 'delivered', attempt: 2 }]);
  });

  it('waits until what came in it is stored, but for the last try', async () => {
    await store([100]);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const stop = await stream.consume({ topic: 'rum', group: 'loader', maxMessages: 1, maxBytes: 1_024, lingerMs: 0 }, () => held);
    await stream.publish('rum', [
      { key: 'k', headers: { tenant: 'default', keyId: '', events: 1, beaconId: '' }, value: Buffer.from('{}\n') },
    ]);
    const forwarder = forwarderOf();
    await expect(forwarder.run(minute())).rejects.toThrow('not stored yet');
    expect(datadog.requestedAt).toEqual([]);
    await forwarder.run(minute({ isLast: true }));
    expect(datadog.seriesRequests).toEqual([3]);
    release();
    await stop();
  });

  it('of a thousand places and more is told of the busiest, and what is left out is noted', async () => {
    const apps = Array.from({ length: 1_002 }, (_, index) => `app-${index}-${'x'.repeat(60)}`);
    await storeRows(
      house.warehouse,
      apps.flatMap((app, index) => Array.from({ length: index === 7 ? 3 : 1 }, () => ({ app, ts: end - 1, value: 100 }))),
    );
    await forwarderOf().run(minute());
    expect(datadog.points.size).toBe(3_000);
    expect(Object.keys(points()).some((key) => key.includes('service:app-7-'))).toBe(true);
    expect([datadog.refusals, await ledger()]).toEqual([[], [expect.objectContaining({ series: 3_000, left_out: 2 })]]);
  });
});

describe('where Datadog does not take it', () => {
  beforeEach(() => store([100]));

  it.each([
    ['an error of its own', { status: 503 }],
    ['a connection that breaks', { status: 0, hangUp: true as const }],
    ['a timeout', { status: 408 }],
  ])('after %s it is tried again, and nothing is noted before', async (_name, answer) => {
    datadog.answer(answer);
    await expect(forwarderOf().run(minute())).rejects.toThrow('default: ');
    expect(await ledger()).toEqual([]);
    await forwarderOf().run(minute({ attempt: 2 }));
    expect(await ledger()).toMatchObject([{ result: 'delivered', attempt: 2 }]);
  });

  it.each([400, 403, 413, 302])('answered %d it is noted as refused and not tried again', async (status) => {
    datadog.answer({ status, headers: { location: `${datadog.url}/elsewhere` } });
    await forwarderOf().run(minute());
    await forwarderOf().run(minute({ attempt: 2 }));
    expect(datadog.requestedAt).toHaveLength(1);
    expect(await ledger()).toMatchObject([{ result: 'refused', requests: 0, reason: expect.stringContaining(`HTTP ${status}`) }]);
  });

  it('it is left alone for as long as it asks', async () => {
    datadog.answer({ status: 429, headers: { 'retry-after': '90' } });
    const forwarder = forwarderOf();
    await expect(forwarder.run(minute())).rejects.toThrow('HTTP 429');
    const asked = clock.now();
    const running = forwarder.run(minute({ attempt: 2 }));
    while (datadog.requestedAt.length < 2) {
      if (clock.sleeping > 0) await clock.advance(10_000);
      else await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await running;
    expect(datadog.requestedAt[1]! - asked).toBeGreaterThanOrEqual(90_000);
  });

  it('it is given up at the last try, or where Datadog would take it no more', async () => {
    datadog.answer({ status: 503 }, { status: 503 });
    await forwarderOf().run(minute({ attempt: 9, isLast: true }));
    expect(await ledger()).toMatchObject([{ result: 'given_up', attempt: 9, reason: expect.stringContaining('HTTP 503') }]);
    end += minuteMs;
    await store([100]);
    await clock.advance(62 * minuteMs);
    await forwarderOf().run(minute({ attempt: 2 }));
    expect(await ledger()).toMatchObject([{ result: 'given_up', attempt: 2 }]);
    expect(logged.join('')).toContain('a minute was not told');
  });

  it('one project does not hold up the others', async () => {
    await store([200], { tenant: 'blog' });
    datadog.answer({ status: 503 });
    await expect(forwarderOf().run(minute())).rejects.toThrow('default: HTTP 503');
    expect(await ledger()).toMatchObject([{ project: 'blog', result: 'delivered' }]);
    await forwarderOf().run(minute({ attempt: 2 }));
    expect(datadog.seriesRequests).toEqual([3, 3]);
  });

  it('its key stands in no log and no ledger', async () => {
    datadog.answer({ status: 403, headers: { 'x-echo': apiKey } });
    await forwarderOf().run(minute());
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('') + JSON.stringify(await ledger())).not.toContain(apiKey);
  });
});
