import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Clock, EmbeddedStream, EventStream, SystemClock } from '#platform';
import { AlertModule, type AlertOptions } from './alert.module.ts';
import { RecordingDatadog } from './datadog/recording-datadog.contract.ts';

const apiKey = 'key-of-the-test';
const clock = new SystemClock();

@Module({})
class PortsModule {
  static of(stream: EventStream, registry: Registry): DynamicModule {
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: EventStream, useValue: stream },
      { provide: Registry, useValue: registry },
    ];
    return { module: PortsModule, global: true, providers, exports: providers };
  }
}

let dir: string;
let stream: EmbeddedStream;
let datadog: RecordingDatadog;
let logged: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-'));
  stream = await EmbeddedStream.open({ dir, clock });
  datadog = await RecordingDatadog.start(apiKey, () => clock.now());
  logged = [];
});
afterEach(async () => {
  await stream.close();
  await datadog.close();
  await rm(dir, { recursive: true, force: true });
});

/** An alerter while one finding comes along. */
async function alerter(options: Omit<AlertOptions, 'log'>, groups: readonly string[]): Promise<string> {
  const registry = new Registry();
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const imports = [PortsModule.of(stream, registry), AlertModule.forRoot({ log, ...options })];
  const app = await (await Test.createTestingModule({ imports }).compile()).init();
  const finding = {
    ...{ tenant: 'shop', id: 'a', kind: 'budget', state: 'open', at: clock.now(), since: clock.now(), severity: 'high', metric: 'LCP' },
    ...{ title: 'LCP p75 is over its budget', subject: {}, value: 3_000, reference: 2_500, unit: 'ms', detail: '{}' },
  };
  const headers = { tenant: 'shop', keyId: '', events: 1, beaconId: '' };
  await stream.publish('findings', [{ key: 'a', headers, value: Buffer.from(`${JSON.stringify(finding)}\n`) }]);
  for (const group of groups) while ((await stream.lag('findings', group)).messages > 0) await clock.sleep(5);
  await app.close();
  return registry.metrics();
}

it('logs a finding, and tells Datadog where there is a key for it', async () => {
  const metrics = await alerter({ datadog: { apiKey, url: datadog.url } }, ['alerter', 'datadog']);
  expect(datadog.events).toMatchObject([{ title: 'LCP p75 is over its budget', tags: expect.arrayContaining(['project:shop']) }]);
  expect(logged.filter((line) => line.includes('LCP p75 is over its budget'))).toHaveLength(1);
  expect(metrics).toContain('beaconhouse_notices_total{channel="datadog",result="delivered"} 1');
});

it('tells Datadog nothing without a key', async () => {
  await alerter({}, ['alerter']);
  expect([datadog.requestedAt, logged.length]).toEqual([[], 1]);
});
