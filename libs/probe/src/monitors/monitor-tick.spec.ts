import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { monitorSchema } from '#contracts';
import { ManualClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { EmbeddedJobQueue } from '../../../platform/src/jobs/embedded-job-queue.ts';
import { RunRecorder } from '../../../platform/src/jobs/job-queue.contract.ts';
import { lastMoment, minuteMs } from './moments.ts';
import type { Monitor } from './monitor.ts';
import { dueVisits, MonitorTick } from './monitor-tick.ts';
import { visitPriorities } from './visit-request.ts';

const noon = Date.UTC(2026, 10, 30, 12);
const monitor = (id: string, changes: object = {}): Monitor => ({
  ...monitorSchema.parse({ id, url: 'https://shop.example/', ...changes }),
  project: 'shop',
  source: 'file',
});

describe('visits that are due', () => {
  it('are the last moments of all monitors that are not paused', () => {
    const [daily, weekly] = [monitor('daily', { cron: '0 6 * * *' }), monitor('weekly', { cron: '0 6 * * 1' })];
    const due = dueVisits([daily, weekly, monitor('still', { paused: true })], noon);
    expect(due).toEqual([
      { monitor: daily, moment: noon - 6 * 60 * minuteMs },
      { monitor: weekly, moment: noon - 6 * 60 * minuteMs },
    ]);
  });

  it('are none a day later: what was missed for that long is over', () => {
    const weekly = monitor('weekly', { cron: '0 6 * * 1' });
    expect(dueVisits([weekly], noon + 17 * 60 * minuteMs)).toHaveLength(1);
    expect(dueVisits([weekly], noon + 18 * 60 * minuteMs)).toHaveLength(0);
  });
});

describe('the tick of monitors', () => {
  let house: TemporaryWarehouse;
  beforeAll(async () => {
    house = await openTemporaryWarehouse();
  });
  afterAll(() => house.close());

  it('adds each moment once, however many processes tick, and what somebody waits for goes first', async () => {
    const clock = new ManualClock(noon);
    const queue = await EmbeddedJobQueue.open({ warehouse: house.warehouse, clock, journalPauseMs: 0 });
    const monitors = Array.from({ length: 10 }, (_, n) => monitor(`page-${n}`));
    const ticks = [1, 2, 3].map(() => new MonitorTick(queue, async () => monitors));
    for (const tick of ticks) await tick.run(noon);
    for (const tick of ticks) await tick.run(noon + minuteMs);
    await queue.add(
      'synthetic-run-default',
      'asked',
      { project: 'shop', monitor: 'page-3', trigger: 'on_demand' },
      visitPriorities.on_demand,
    );
    const seen = new RunRecorder();
    queue.define({ name: 'synthetic-run-default', concurrency: 1, maxAttempts: 1, backoffMs: 1, handler: seen.handler() });
    await queue.start();
    const moments = monitors.flatMap((one) => {
      const [now, next] = [noon, noon + minuteMs].map((at) => `shop.${one.id}.${new Date(lastMoment(one, at)).toISOString()}`);
      return now === next ? [now] : [now, next];
    });
    await seen.until(moments.length + 1);
    await queue.stop();
    expect(seen.ids[0]).toBe('asked');
    expect(seen.ids.slice(1).sort()).toEqual(moments.sort());
    expect(seen.runs[1]!.payload).toMatchObject({ project: 'shop', trigger: 'scheduled' });
  });
});
