import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { configFileSchema } from '#contracts';
import { Clock, EmbeddedStream, EventStream, JobQueue, ManualClock, SystemClock, Warehouse } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { RecordingDatadog } from '../../../platform/src/datadog/recording-datadog.contract.ts';
import { EmbeddedJobQueue } from '../../../platform/src/jobs/embedded-job-queue.ts';
import { until } from '../../../platform/src/jobs/job-queue.contract.ts';
import { DatadogSeriesModule } from './datadog-series.module.ts';

const apiKey = '0123456789abcdef0123456789abcdef';
const minuteMs = 60_000;
const start = Math.floor(Date.now() / minuteMs) * minuteMs - 300 * minuteMs;
const log = pino({ level: 'silent' });

@Module({})
class PortsModule {
  static of(...ports: readonly [object, unknown][]): DynamicModule {
    const providers = ports.map(([provide, useValue]) => ({ provide: provide as typeof Clock, useValue }));
    return { module: PortsModule, global: true, providers, exports: providers };
  }
}

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let datadog: RecordingDatadog;
let clock: ManualClock;
beforeEach(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-series-job-'));
  stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
  clock = new ManualClock(start);
  datadog = await RecordingDatadog.start(apiKey, () => clock.now());
  const minutes = Array.from({ length: 200 }, (_, index) => start + index * minuteMs + 1);
  await storeRows(
    house.warehouse,
    minutes.map((ts) => ({ ts, value: 100 })),
  );
});
afterEach(async () => {
  await stream.close();
  await datadog.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

/** A process with the job, from now until its time has come to `end`, or further where it waits for that. */
async function processUntil(end: number, done: () => Promise<boolean>, further = 0): Promise<void> {
  const jobs = await EmbeddedJobQueue.open({ warehouse: house.warehouse, clock });
  const config = configFileSchema.parse({ datadog: { series: true } });
  const ports = PortsModule.of([Warehouse, house.warehouse], [EventStream, stream], [JobQueue, jobs], [Clock, clock]);
  const forwarding = DatadogSeriesModule.forRoot({ config, datadog: { apiKey, url: datadog.url }, log });
  const app = await (await Test.createTestingModule({ imports: [ports, forwarding] }).compile()).init();
  await jobs.start();
  // The queue writes before it sleeps, and is not waited for by the clock.
  await until(async () => {
    if (clock.now() < end) await clock.advance(Math.min(minuteMs / 4, end - clock.now()));
    else if (further > 0) await clock.advance(further);
    return clock.now() >= end && done();
  });
  const stopped = jobs.stop();
  await clock.advance(minuteMs);
  await stopped;
  await app.close();
}

const minutes = async () =>
  (
    await house.warehouse.ask<{ n: number }>({
      sql: `SELECT toInt32(toUnixTimestamp(minute) - ${start / 1_000}) / 60 AS n FROM forwarded WHERE result = 'delivered' ORDER BY minute`,
    })
  ).map(({ n }) => n);
const told = () => new Set([...datadog.points.keys()].map((key) => (Number(key.split(' ').at(-1)) - start / 1_000) / 60));

it('tells every minute once, and after a pause those that Datadog still takes', async () => {
  await processUntil(start + 5 * minuteMs, async () => (await minutes()).length >= 3);
  expect(await minutes()).toEqual([0, 1, 2]);
  await clock.advance(120 * minuteMs);
  const now = (clock.now() - start) / minuteMs;
  // A minute is told 90 seconds after its end.
  await processUntil(clock.now(), async () => (await minutes()).at(-1) === now - 3);
  const caughtUp = (await minutes()).slice(3);
  expect(caughtUp).toEqual(Array.from({ length: 50 }, (_, index) => now - 52 + index));
  expect([...told()].sort((one, other) => one - other)).toEqual(await minutes());
  expect(datadog.refusals).toEqual([]);
}, 120_000);

it('tries again what was not taken, with pauses', async () => {
  datadog.answer({ status: 503 }, { status: 503 });
  await processUntil(start + 4 * minuteMs, async () => [0, 1].every((minute) => told().has(minute)), 1_000);
  expect([datadog.requestedAt.length >= 4, datadog.refusals]).toEqual([true, []]);
}, 60_000);

it('is off unless it is wanted, and cannot be without a key or for a project that is none', () => {
  const moduleOf = (config: object, datadog?: { apiKey: string; url: string }) =>
    DatadogSeriesModule.forRoot({ config: configFileSchema.parse(config), datadog, log });
  expect(moduleOf({}, { apiKey, url: 'http://datadog' }).providers).toBeUndefined();
  expect(() => moduleOf({ datadog: { series: true } })).toThrow('DATADOG_API_KEY');
  expect(() => moduleOf({ datadog: { series: true, projects: ['shop'] } }, { apiKey, url: 'http://datadog' })).toThrow(
    'shop is no project',
  );
});
