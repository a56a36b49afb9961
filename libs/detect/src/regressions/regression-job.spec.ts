import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Finding, findingSchema } from '#contracts';
import { EmbeddedStream, SystemClock } from '#platform';
import { slowHoursRows } from '../../../../test/seed/slow-hours.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { hourMs } from '../hours.ts';
import { RegressionWatch } from './regression-job.ts';

const lastHour = Math.floor(Date.now() / hourMs) - 2;
/** The level is 60 % higher in these hours. */
const [changed, over] = [lastHour - 60, lastHour - 34];

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let watch: RegressionWatch;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-regressions-'));
  stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
  watch = new RegressionWatch({ warehouse: house.warehouse, stream, projects: ['shop'], log: pino({ level: 'silent' }) });
  const series = { metrics: ['LCP'], routes: ['/'], samples: 50 };
  await house.warehouse.run(slowHoursRows({ project: 'shop', lastHour, days: 16, slow: [changed, over], ...series }));
});
afterAll(async () => {
  await watch.close();
  await stream.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

let readers = 0;
/** Everything on the topic so far. */
async function told(): Promise<Finding[]> {
  const findings: Finding[] = [];
  const group = `reader-${readers++}`;
  const stop = await stream.consume({ topic: 'findings', group, maxMessages: 100, maxBytes: 1e6, lingerMs: 0 }, async ({ messages }) => {
    for (const { value } of messages) findings.push(findingSchema.parse(JSON.parse(value.toString())));
  });
  while ((await stream.lag('findings', group)).messages > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await stop();
  return findings;
}

it('tells each regression once when it is found and once when it is over, however often an hour is run', async () => {
  const signal = new AbortController().signal;
  for (let hour = changed - 1; hour <= lastHour; hour++) await watch.run(hour, signal);
  const first = await told();
  // The series of the project and that of its only route have one cause.
  expect(first.map(({ state }) => state)).toEqual(['open', 'resolved']);
  const [opened] = first.filter(({ state }) => state === 'open');
  expect(opened).toMatchObject({
    ...{ tenant: 'shop', kind: 'regression', severity: 'high', metric: 'LCP', unit: 'ms', since: changed * hourMs },
    title: expect.stringMatching(/^LCP of .* got \d\d(\.\d)? % worse: \d.* s instead of \d.* s$/),
  });
  expect(opened!.value / opened!.reference).toBeGreaterThan(1.5);
  const states = await house.warehouse.ask({ sql: 'SELECT state, count() AS n FROM regression_states FINAL GROUP BY state' });
  expect(states).toEqual([{ state: 'went_away', n: '2' }]);

  // Run again, and told again where it is not known that it was told: the same messages, for whoever reads them by their names.
  await watch.run(lastHour, signal);
  expect(await told()).toHaveLength(first.length);
  await house.warehouse.run('TRUNCATE TABLE regression_hours_told');
  await watch.run(lastHour, signal);
  const again = (await told()).slice(first.length);
  expect(again).toHaveLength(first.length);
  for (const finding of again) expect(first).toContainEqual(finding);
  expect(await house.warehouse.ask({ sql: 'SELECT state, count() AS n FROM regression_states FINAL GROUP BY state' })).toEqual(states);
}, 120_000);
