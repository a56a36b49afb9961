import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { configFileSchema } from '#contracts';
import { EmbeddedStream, EventStream, JobQueue, ManualClock, SystemClock, Warehouse } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { EmbeddedJobQueue } from '../../../platform/src/jobs/embedded-job-queue.ts';
import { until } from '../../../platform/src/jobs/job-queue.contract.ts';
import { BudgetJobModule } from './budget-job.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = (Math.floor(Date.now() / hourMs) - 20) * hourMs;

@Module({})
class PortsModule {
  static of(warehouse: Warehouse, stream: EventStream, jobs: JobQueue): DynamicModule {
    const providers = [
      { provide: Warehouse, useValue: warehouse },
      { provide: EventStream, useValue: stream },
      { provide: JobQueue, useValue: jobs },
    ];
    return { module: PortsModule, global: true, providers, exports: providers };
  }
}

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
beforeEach(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-budget-job-'));
  stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
});
afterEach(async () => {
  await stream.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

/** A process with the job, from now until its time has come to `end`. */
async function processUntil(clock: ManualClock, end: number, done: () => Promise<boolean>): Promise<void> {
  const jobs = await EmbeddedJobQueue.open({ warehouse: house.warehouse, clock });
  const config = configFileSchema.parse({ projects: [{ id: 'shop' }, { id: 'blog' }] });
  const imports = [PortsModule.of(house.warehouse, stream, jobs), BudgetJobModule.forRoot(config, pino({ level: 'silent' }))];
  const app = await (await Test.createTestingModule({ imports }).compile()).init();
  await jobs.start();
  // The queue writes before it sleeps, and is not waited for by the clock.
  await until(async () => {
    if (clock.now() < end) await clock.advance(Math.min(minuteMs, end - clock.now()));
    return clock.now() >= end && done();
  });
  const stopped = jobs.stop();
  await clock.advance(minuteMs);
  await stopped;
  await app.close();
}

const hours = async (project: string) =>
  (
    await house.warehouse.ask<{ n: number; budgets: string }>({
      sql: `SELECT (toInt64(toUnixTimestamp(hour)) - ${start / 1000}) / 3600 AS n, count() AS budgets FROM budget_checks WHERE project = {project:String} GROUP BY hour ORDER BY hour`,
      params: { project },
    })
  ).map(({ n, budgets }) => [n, Number(budgets)]);

it('judges every project at each full hour, and after a pause the hours that were missed', async () => {
  const clock = new ManualClock(start + 30 * minuteMs);
  await processUntil(clock, start + hourMs + 10 * minuteMs, async () => (await hours('blog')).length === 1);
  expect([await hours('shop'), await hours('blog')]).toEqual([[[1, 12]], [[1, 12]]]);
  await clock.advance(3 * hourMs);
  await processUntil(clock, clock.now(), async () => (await hours('blog')).length === 4);
  expect((await hours('shop')).map(([n]) => n)).toEqual([1, 2, 3, 4]);
});
