import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { EmbeddedStream, EventStream, JobQueue, ManualClock, SystemClock, Warehouse } from '#platform';
import { deploysLoaded, loadDeploys } from '../../../../test/seed/loaded-deploys.ts';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { EmbeddedJobQueue } from '../../../platform/src/jobs/embedded-job-queue.ts';
import { until } from '../../../platform/src/jobs/job-queue.contract.ts';
import { ReleaseModule } from './release-job.ts';

const minuteMs = 60_000;
const start = Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs;

@Module({})
class PortsModule {
  static of(given: readonly { provide: unknown; useValue: unknown }[]): DynamicModule {
    const providers = given as NonNullable<DynamicModule['providers']>;
    return { module: PortsModule, global: true, providers, exports: given.map(({ provide }) => provide as string) };
  }
}

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let stopLoading: () => Promise<void>;
let registry: Registry;
beforeEach(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-release-job-'));
  stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
  stopLoading = await loadDeploys(stream, house.warehouse);
});
afterEach(async () => {
  await stopLoading();
  await stream.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

/** A process with the job, until its time has come to `end` and `done` is so. */
async function processUntil(clock: ManualClock, end: number, done: () => Promise<boolean>): Promise<void> {
  registry = new Registry();
  const jobs = await EmbeddedJobQueue.open({ warehouse: house.warehouse, clock });
  const ports = [
    { provide: Warehouse, useValue: house.warehouse },
    { provide: EventStream, useValue: stream },
    { provide: JobQueue, useValue: jobs },
    { provide: Registry, useValue: registry },
  ];
  const imports = [PortsModule.of(ports), ReleaseModule.forRoot(['default'], pino({ level: 'silent' }))];
  const app = await (await Test.createTestingModule({ imports }).compile()).init();
  await jobs.start();
  // The queue writes before it sleeps, and is not waited for by the clock.
  await until(async () => {
    if (clock.now() < end) await clock.advance(Math.min(minuteMs / 2, end - clock.now()));
    return clock.now() >= end && done();
  });
  const stopped = jobs.stop();
  await clock.advance(minuteMs);
  await stopped;
  await app.close();
}

const releases = async () => {
  await deploysLoaded(stream);
  const rows = await house.warehouse.ask<{ release: string }>({ sql: 'SELECT release FROM deploys ORDER BY at' });
  return rows.map(({ release }) => release);
};
const events = (release: string, at: number) =>
  storeRows(
    house.warehouse,
    Array.from({ length: 20 }, (_, index) => ({ ts: at + index, value: 1, release })),
  );

it('new releases are noted every minute, and those of a pause after it', async () => {
  const clock = new ManualClock(start);
  await events('1', start - 5 * minuteMs);
  await processUntil(clock, start + 2 * minuteMs, async () => (await releases()).length === 1);
  await events('2', start + 10 * minuteMs);
  await clock.advance(45 * minuteMs);
  await processUntil(clock, clock.now() + 2 * minuteMs, async () => (await releases()).length === 2);
  expect(await releases()).toEqual(['1', '2']);
  expect(await registry.metrics()).toContain('beaconhouse_releases_left_out{project="default"} 0');
}, 60_000);
