import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EmbeddedWarehouse, openChdbEngine, SystemClock } from '#platform';
import { RecordingDatadog } from '../../../platform/src/datadog/recording-datadog.contract.ts';
import { until } from '../../../platform/src/jobs/job-queue.contract.ts';

const program = fileURLToPath(new URL('./killed-forwarder.mjs', import.meta.url));
const minuteMs = 60_000;
const minutes = 40;
/** As long ago as Datadog takes it, and settled. */
const first = Math.floor(Date.now() / minuteMs) * minuteMs - (minutes + 5) * minuteMs;

let dir: string;
let datadog: RecordingDatadog;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-killed-forwarder-'));
  datadog = await RecordingDatadog.start('key', () => Date.now());
});
afterEach(async () => {
  await datadog.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
});

/** Killed after so many requests, wherever it is by then; null: not at all. */
async function tell(killAfter: number | null): Promise<void> {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const parts = [join(dir, 'data'), join(dir, 'stream'), datadog.url, `${first}`, `${minutes}`];
  const child = spawn(process.execPath, [...flags, program, ...parts], {
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const closed = once(child, 'close');
  if (killAfter === null) {
    const [code] = await closed;
    return expect(code).toBe(0);
  }
  const before = datadog.requestedAt.length;
  await until(() => datadog.requestedAt.length >= before + killAfter || child.exitCode !== null);
  child.kill('SIGKILL');
  await closed;
  expect(child.signalCode).toBe('SIGKILL');
}

it('killed again and again, it tells every minute, none twice in effect, and notes each once', async () => {
  for (const requests of [1, 2, 5]) await tell(requests);
  await tell(null);
  const expected = Array.from({ length: minutes }, (_, index) => first / 1_000 + index * 60);
  const counts = [...datadog.points].filter(([key]) => key.startsWith('beaconhouse.rum.lcp.count '));
  expect(counts.map(([key]) => Number(key.split(' ').at(-1))).sort((one, other) => one - other)).toEqual(expected);
  expect([new Set(counts.map(([, value]) => value)), datadog.points.size, datadog.refusals]).toEqual([new Set([1]), minutes * 3, []]);
  // Each death costs one repetition at most.
  expect(datadog.seriesRequests.length).toBeLessThanOrEqual(minutes + 3);
  const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: join(dir, 'data'), clock: new SystemClock() }));
  const noted = await warehouse.ask({
    sql: `SELECT count() AS rows, uniqExact(minute) AS minutes FROM forwarded WHERE result = 'delivered'`,
  });
  await warehouse.close();
  expect(noted).toEqual([{ rows: `${minutes}`, minutes: `${minutes}` }]);
}, 180_000);
