import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { blobKey, FolderBlobs, SystemClock } from '#platform';
import { finishedJob } from '../../../../test/seed/finished-job.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { FinishedJob } from './finished-job.ts';
import { JobHistory } from './job-history.ts';
import { ReportSweep } from './report-sweep.ts';
import { SyntheticStore } from './synthetic-store.ts';

const dayMs = 86_400_000;
const signal = new AbortController().signal;

/** As late as it has become, counted from when the files were written: they bear the machine's own time. */
class LaterClock extends SystemClock {
  days = 0;

  override now(): number {
    return super.now() + this.days * dayMs;
  }
}

let house: TemporaryWarehouse;
let folder: string;
let blobs: FolderBlobs;
let clock: LaterClock;
let sweep: ReportSweep;
let jobs: JobHistory;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  folder = await mkdtemp(join(tmpdir(), 'beaconhouse-sweep-'));
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});
let round = 0;
beforeEach(async () => {
  await house.warehouse.run('TRUNCATE TABLE synthetic_jobs');
  round += 1;
  blobs = await FolderBlobs.open(join(folder, `${round}`));
  clock = new LaterClock();
  sweep = new ReportSweep(house.warehouse, blobs, clock);
  jobs = new JobHistory(house.warehouse);
});

const written = async (id: string, changes: Partial<FinishedJob> = {}) => {
  const started = clock.now();
  await new SyntheticStore(house.warehouse, blobs).write(finishedJob(id, { started, ended: started + 60_000, ...changes }), clock.now());
};
const keptJobs = async () => {
  const kept = [];
  for await (const { key } of blobs.list()) kept.push(key.split('/')[4]);
  return kept.sort();
};
const sweepAfter = (days: number) => {
  clock.days = days;
  return sweep.run(30, signal);
};

describe('a sweep', () => {
  it('leaves what is named and young', async () => {
    await written('young');
    expect(await sweepAfter(29)).toEqual({ outdated: 0, deleted: 0 });
    expect(await keptJobs()).toEqual(['young']);
  });

  it('takes the names away of what is old, and a day later the reports', async () => {
    await written('old', { trigger: 'pull_request' });
    expect(await sweepAfter(31)).toEqual({ outdated: 1, deleted: 0 });
    expect(await jobs.job('shop', 'old')).toMatchObject({ report: '', reports: [], status: 'measured' });
    expect(await sweepAfter(31.5)).toEqual({ outdated: 0, deleted: 0 });
    expect(await sweepAfter(32.1)).toEqual({ outdated: 0, deleted: 3 });
    expect(await keptJobs()).toEqual([]);
  });

  it('never takes a report that is named, however old, nor a baseline', async () => {
    await written('pinned');
    await written('baseline', { pinned: 'baseline' });
    await written('neither');
    expect(await jobs.pin('shop', 'pinned', 'pinned', clock.now())).toBe(true);
    await sweepAfter(365);
    await sweepAfter(367);
    expect(await keptJobs()).toEqual(['baseline', 'pinned']);
    expect(await jobs.pin('shop', 'pinned', '', clock.now())).toBe(true);
    await sweepAfter(369);
    await sweepAfter(371);
    expect(await keptJobs()).toEqual(['baseline']);
  });

  it('takes what a job that died left behind, a day later', async () => {
    await blobs.put(blobKey({ project: 'shop', at: clock.now(), job: 'died', run: 0 }), Buffer.from('x'));
    expect(await sweepAfter(0.9)).toEqual({ outdated: 0, deleted: 0 });
    expect(await sweepAfter(1.1)).toEqual({ outdated: 0, deleted: 1 });
  });

  it('that died after it took the names away is finished by the next one', async () => {
    await written('half');
    clock.days = 31;
    const stopped = new ReportSweep(house.warehouse, blobs, clock);
    // Dies over its first look at the folder.
    blobs.list = () => {
      throw new Error('killed');
    };
    await expect(stopped.run(30, signal)).rejects.toThrow('killed');
    Reflect.deleteProperty(blobs, 'list');
    expect(await jobs.job('shop', 'half')).toMatchObject({ reports: [] });
    expect(await keptJobs()).toEqual(['half']);
    expect(await sweepAfter(33)).toEqual({ outdated: 0, deleted: 1 });
  });

  it('leaves a job alone that was changed within a day, since somebody may just be naming its reports', async () => {
    await written('raced');
    await sweepAfter(31);
    clock.days = 33;
    const job = (await jobs.job('shop', 'raced'))!;
    await jobs.change(job, { pinned: 'pinned' }, clock.now() - 1_000);
    expect(await sweepAfter(33)).toMatchObject({ deleted: 0 });
  });
});

describe('pinning', () => {
  it('is refused of what is not there any more', async () => {
    await written('gone');
    await sweepAfter(31);
    expect(await jobs.pin('shop', 'gone', 'pinned', clock.now())).toBe(false);
    expect(await jobs.pin('shop', 'never', 'pinned', clock.now())).toBe(false);
    expect(await jobs.pin('other', 'gone', 'pinned', clock.now())).toBe(false);
  });

  it('changes nothing of what was measured, also twice within a millisecond', async () => {
    await written('twice');
    const at = clock.now();
    await jobs.pin('shop', 'twice', 'pinned', at);
    await jobs.pin('shop', 'twice', 'baseline', at);
    expect(await jobs.job('shop', 'twice')).toMatchObject({ pinned: 'baseline', status: 'measured' });
    const sql = "SELECT count() AS n FROM synthetic WHERE job = 'twice'";
    expect(await house.warehouse.ask({ sql })).toEqual([{ n: '3' }]);
  });
});
