import { describe, expect, it } from '@jest/globals';
import { addedJob, begun, type JobRecord, succeeded, unsuccessful } from './job-record.ts';
import { KnownJobs } from './known-jobs.ts';

const job = (id: string) => addedJob({ name: 'report', id, priority: 0, payload: 'null' }, 0);
const done = (id: string, at: number) => succeeded(begun(job(id), at), at);
const failed = (id: string): JobRecord => unsuccessful(begun(job(id), 0), 'broke', { maxAttempts: 1, backoffMs: 1 }, 0);
const limits = { rememberMs: 1_000, finished: 3, failed: 2 };

describe('KnownJobs', () => {
  it('counts a job as unfinished until it is done, given up or dropped', () => {
    const known = new KnownJobs(limits);
    for (const id of ['a', 'b', 'c']) known.note(job(id));
    expect(known.unfinished).toBe(3);
    known.note(done('a', 0));
    known.note(failed('b'));
    expect(known.unfinished).toBe(1);
    known.drop(job('c'));
    expect(known.unfinished).toBe(0);
    expect(['a', 'b', 'c'].map((id) => known.has('report', id))).toEqual([true, true, false]);
  });

  it('tells names apart, also where name and id run together', () => {
    const known = new KnownJobs(limits);
    known.note(job('a'));
    expect(known.has('reporta', '')).toBe(false);
    expect(known.has('report', 'a')).toBe(true);
  });

  it('forgets done jobs that are old, not younger ones', () => {
    const known = new KnownJobs(limits);
    known.note(done('old', 0));
    known.note(done('young', 1));
    known.forgetOld(1_000);
    expect([known.has('report', 'old'), known.has('report', 'young')]).toEqual([false, true]);
  });

  it('keeps a bounded number of done and of failed jobs, the newest', () => {
    const known = new KnownJobs(limits);
    for (const id of ['1', '2', '3', '4']) {
      known.note(done(`done-${id}`, 0));
      known.note(failed(`failed-${id}`));
    }
    expect(['1', '2', '3', '4'].map((id) => known.has('report', `done-${id}`))).toEqual([false, true, true, true]);
    expect(known.failed('report').map(({ id }) => id)).toEqual(['failed-4', 'failed-3']);
  });
});
