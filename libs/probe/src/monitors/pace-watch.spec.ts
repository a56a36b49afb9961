import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Finding, monitorSchema } from '#contracts';
import { EmbeddedStream, ManualClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { toldFindings } from '../../../../test/seed/told-findings.ts';
import type { SyntheticJob } from '../store/finished-job.ts';
import { jobRow } from '../store/job-rows.ts';
import { minuteMs } from './moments.ts';
import type { Monitor } from './monitor.ts';
import { noConditions } from './no-conditions.ts';
import { PaceWatch } from './pace-watch.ts';

const noon = Math.floor(Date.now() / (60 * minuteMs)) * 60 * minuteMs - 24 * 60 * minuteMs;

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let projects = 0;
let project: string;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-pace-'));
});
afterAll(async () => {
  await house.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  project = `shop-${projects++}`;
  stream = await EmbeddedStream.open({ dir: join(dir, project), clock: new ManualClock(noon) });
});
afterEach(() => stream.close());

const monitor = (changes: object = {}): Monitor => ({
  ...monitorSchema.parse({ id: 'home', url: 'https://shop.example/', everyMinutes: 15, ...changes }),
  project,
  source: 'file',
});
const at = (minutes: number) => noon + minutes * minuteMs;

/** Visits by schedule that began so many minutes after noon. */
async function visited(...minutes: readonly number[]): Promise<void> {
  const rows = minutes.map((minute) => {
    const started = at(minute);
    const job: SyntheticJob = {
      ...{ project, monitor: 'home', id: `${project}.${started}`, slot: started },
      ...{ message: '', verdict: null, comparison: [], conditions: noConditions, unsteady: [], urls: [], location: '', commit: '' },
      ...{ trigger: 'scheduled', status: 'measured', branch: '', started, ended: started + minuteMs },
    };
    return jobRow(job, { version: started, recorded: started, report: '', reports: [], pinned: '' });
  });
  await store('synthetic_jobs', `${minutes}`, rows);
}

/** As the loader does it. */
const loaded = (findings: readonly Finding[], token: string) => store('finding_events', token, findings);

const store = (table: string, token: string, rows: readonly object[]) =>
  house.warehouse.insert({
    table,
    token: `${project}:${token}`,
    rows: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  });

const watch = (...monitors: readonly Monitor[]) => new PaceWatch({ warehouse: house.warehouse, stream, monitors: async () => monitors });
/** What this project was told. */
const told = async () => (await toldFindings(stream)).filter(({ tenant }) => tenant === project);

describe('a monitor that falls behind', () => {
  it('is told once it is known for long enough, and once it keeps up again, whoever looks', async () => {
    await visited(0, 40, 80, 120);
    const first = watch(monitor());
    await first.run(at(121));
    expect(await told()).toEqual([]);
    await first.run(at(151));
    expect(await told()).toMatchObject([
      {
        ...{ kind: 'self', state: 'open', severity: 'medium', at: at(151), since: at(151), value: 37 * minuteMs, reference: 15 * minuteMs },
        ...{ title: 'home: asked every 15 min, doing 37 min', subject: { monitor: 'home', environment: 'production' } },
      },
    ]);
    await loaded(await told(), 'open');
    await first.run(at(156));
    await visited(135, 150, 165);
    await watch(monitor()).run(at(166));
    const [open, over, ...more] = await told();
    expect(over).toMatchObject({
      id: open!.id,
      state: 'resolved',
      at: at(166),
      since: at(151),
      title: expect.stringContaining('as was asked again'),
    });
    expect(more).toEqual([]);
    await loaded([over!], 'over');
    await watch(monitor()).run(at(171));
    expect(await told()).toHaveLength(2);
  });

  it('is told where nobody has ever visited it, and is over where it is paused', async () => {
    const one = watch(monitor({ name: 'Home' }));
    await one.run(at(0));
    await one.run(at(55));
    expect(await told()).toEqual([]);
    await one.run(at(80));
    expect(await told()).toMatchObject([{ state: 'open', title: expect.stringMatching(/^Home: asked every 15 min, doing \d+ min$/) }]);
    await loaded(await told(), 'open');
    // Another process, which does not know for how long nobody came.
    await watch(monitor({ name: 'Home' })).run(at(85));
    expect(await told()).toHaveLength(1);
    await watch(monitor({ paused: true })).run(at(85));
    expect((await told())[1]).toMatchObject({ state: 'resolved', title: 'home: is not visited by schedule any more' });
  });

  it('is not one whose schedule has just become denser', async () => {
    await visited(0, 60, 120, 180);
    const changed = watch(monitor({ everyMinutes: 5 }));
    await changed.run(at(181));
    await visited(186, 191);
    await changed.run(at(192));
    expect(await told()).toEqual([]);
  });
});
