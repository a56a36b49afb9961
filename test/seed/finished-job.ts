import { noConditions } from '../../libs/probe/src/monitors/no-conditions.ts';
import type { FinishedJob, FinishedRun } from '../../libs/probe/src/store/finished-job.ts';
import { quiet, SimulatedPage } from './simulated-page.ts';

const page = new SimulatedPage(7, quiet);
const dayMs = 86_400_000;
/** Noon of a day that every retention still keeps. */
export const jobNoon = (Math.floor(Date.now() / dayMs) - 5.5) * dayMs;
/** As in the keys of reports. */
export const jobDay = new Date(jobNoon).toISOString().slice(0, 10).replaceAll('-', '/');

export function finishedRun(changes: Partial<FinishedRun> = {}): FinishedRun {
  return {
    ...{ url: 'http://shop.test/', side: null, kept: true, noisy: false, at: jobNoon, commit: 'abc', branch: 'main' },
    outcome: page.run(),
    fingerprint: {
      ...{
        lighthouseVersion: '13.5.0',
        chromeMajor: 156,
        formFactor: 'mobile',
        throttling: 'simulate',
        location: 'fra',
        runnerClass: 'small',
      },
      ...{ indexBand: '2000-2500', configurationHash: '0123' },
    },
    ...changes,
  };
}

export function finishedJob(id: string, changes: Partial<FinishedJob> = {}): FinishedJob {
  return {
    ...{ project: 'shop', monitor: 'home', id, slot: jobNoon, trigger: 'scheduled', status: 'measured', message: '', verdict: null },
    ...{ comparison: [], unsteady: [], urls: ['http://shop.test/'], location: 'fra', started: jobNoon, ended: jobNoon + 60_000 },
    ...{
      commit: 'abc',
      branch: 'main',
      assertions: [],
      app: 'shop',
      environment: 'production',
      route: '/',
      pinned: '',
      conditions: noConditions,
    },
    runs: [0, 1, 2].map((run) => finishedRun({ at: jobNoon + run * 15_000 })),
    ...changes,
  };
}
