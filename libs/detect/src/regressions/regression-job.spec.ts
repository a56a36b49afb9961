import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { EmbeddedStream, SystemClock } from '#platform';
import { foundRegression } from '../../../../test/seed/found-regression.ts';
import { slowHoursRows } from '../../../../test/seed/slow-hours.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { toldFindings } from '../../../../test/seed/told-findings.ts';
import { hourMs } from '../hours.ts';
import { RegressionWatch } from './regression-job.ts';
import { RegressionStates } from './regression-states.ts';

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
  watch = new RegressionWatch({ warehouse: house.warehouse, stream, projects: ['shop'], log: logged });
  const series = { metrics: ['LCP'], routes: ['/'], samples: 50 };
  await house.warehouse.run(slowHoursRows({ project: 'shop', lastHour, days: 16, slow: [changed, over], ...series }));
});
afterAll(async () => {
  await watch.close();
  await stream.close();
  await house.close();
  await rm(dir, { recursive: true, force: true });
});

const logged = pino({ level: 'silent' });
const signal = new AbortController().signal;

/** Everything on the topic so far that is a project's. */
const told = async (project: string) => (await toldFindings(stream)).filter(({ tenant }) => tenant === project);

it('tells each regression once when it is found and once when it is over, however often an hour is run', async () => {
  for (let hour = changed - 1; hour <= lastHour; hour++) await watch.run(hour, signal);
  const first = await told('shop');
  // The series of the project and that of its only route have one cause.
  expect(first.map(({ state }) => state)).toEqual(['open', 'resolved']);
  const [opened] = first.filter(({ state }) => state === 'open');
  expect(opened).toMatchObject({
    ...{ tenant: 'shop', kind: 'regression', severity: 'high', metric: 'LCP', unit: 'ms', since: changed * hourMs },
    title: expect.stringMatching(/^LCP of .* got \d\d(\.\d)? % worse: \d.* s instead of \d.* s$/),
  });
  expect(opened!.value / opened!.reference).toBeGreaterThan(1.5);
  const states = await house.warehouse.ask({
    sql: "SELECT state, count() AS n FROM regression_states FINAL WHERE tenant = 'shop' GROUP BY state",
  });
  expect(states).toEqual([{ state: 'went_away', n: '2' }]);

  // Run again, and told again where it is not known that it was told: the same messages, for whoever reads them by their names.
  await watch.run(lastHour, signal);
  expect(await told('shop')).toHaveLength(first.length);
  await house.warehouse.run('TRUNCATE TABLE regression_hours_told');
  await watch.run(lastHour, signal);
  const again = (await told('shop')).slice(first.length);
  expect(again).toHaveLength(first.length);
  for (const finding of again) expect(first).toContainEqual(finding);
  expect(
    await house.warehouse.ask({ sql: "SELECT state, count() AS n FROM regression_states FINAL WHERE tenant = 'shop' GROUP BY state" }),
  ).toEqual(states);
}, 120_000);

it('takes a level that is two weeks old for what is usual, also of a series that nobody sends any more', async () => {
  const [project, end, days] = ['quiet', (lastHour + 1) * hourMs, 24 * hourMs];
  const states = new RegressionStates(house.warehouse);
  const ages = { old: 14 * days, young: 14 * days - hourMs, reopened: 20 * days, reopenedLongAgo: 40 * days, accepted: 15 * days };
  for (const [id, age] of Object.entries(ages)) {
    const regression = foundRegression({ id, project, since: end - age, found: end - age + 9 * hourMs });
    await states.put(id, [{ state: id === 'accepted' ? 'accepted' : 'open', version: regression.found, regression }]);
    const opened = { reopened: end - 13 * days, reopenedLongAgo: end - 14 * days - 1 }[id];
    if (opened) await states.put(`${id} again`, [{ state: 'open', version: opened, regression }]);
  }
  const quiet = new RegressionWatch({ warehouse: house.warehouse, stream, projects: [project], log: logged });
  await quiet.run(lastHour, signal);
  await quiet.run(lastHour, signal);
  await quiet.close();
  const title = 'LCP of shop (production) got worse over two weeks ago: its level since then is what is usual now';
  expect((await told(project)).sort((one, other) => (one.id < other.id ? -1 : 1))).toMatchObject([
    { id: 'old', tenant: project, state: 'resolved', at: end, title },
    { id: 'reopenedLongAgo', state: 'resolved' },
  ]);
  const known = await states.find(project, Object.keys(ages));
  expect(Object.fromEntries(known.map(({ regression: { id, settled }, state }) => [id, settled ? `${state}, settled` : state]))).toEqual({
    ...{ old: 'accepted, settled', reopenedLongAgo: 'accepted, settled' },
    ...{ young: 'open', reopened: 'open', accepted: 'accepted' },
  });
});
