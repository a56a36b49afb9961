import { describe, expect, it } from '@jest/globals';
import type { Truth } from './draw.ts';
import { type Answer, score } from './score.ts';

const where = { device: 'mobile' };
const truth = (id: string, change: Partial<NonNullable<Truth['change']>> | null, core = false): Truth => ({
  ...{ id, family: change ? 'step' : 'quiet', samplesPerHour: 100, core },
  change: change && { at: 400, full: 400, size: 0.1, where: null, deploy: null, ...change },
});
const answer = (id: string, ...alerts: Partial<Answer['alerts'][number]>[]): Answer => ({
  id,
  alerts: alerts.map((alert) => ({ t: 408, start: 400, dim: null, deploy: null, ...alert })),
});

describe('score', () => {
  it('is perfect for perfect answers', () => {
    const truths = [truth('a', {}, true), truth('b', { where, deploy: 400 }), truth('c', null)];
    expect(score(truths, [answer('a', {}), answer('b', { dim: where, deploy: 400 }), answer('c')], 168)).toMatchObject({
      ...{ precision: 1, recall: 1, f1: 1, coreRecall: 1, falseAlarmsPerSeriesMonth: 0, delay: 8 },
      ...{ closeStarts: 1, rightPlace: 1, rightDeploy: 1 },
    });
  });

  it('counts a second alarm of one change as false, and one of none', () => {
    const { precision, falseAlarms, falseAlarmsPerSeriesMonth } = score(
      [truth('a', {}), truth('c', null)],
      [answer('a', {}, { t: 470 }), answer('c', { t: 350 })],
      360,
    );
    expect([precision, falseAlarms, falseAlarmsPerSeriesMonth]).toEqual([1 / 3, { step: 1, quiet: 1 }, 2]);
  });

  it('takes no alarm before the change, and none long after it', () => {
    for (const t of [399, 497]) expect(score([truth('a', {})], [answer('a', { t })], 168)).toMatchObject({ recall: 0, precision: 0 });
    expect(score([truth('a', { full: 460 })], [answer('a', { t: 497 })], 168).recall).toBe(1);
  });

  it('looks at start, place and deploy of what was found', () => {
    const truths = [truth('a', { deploy: 400 }), truth('b', { where })];
    const answers = [answer('a', { start: 404, deploy: 390 }), answer('b', { start: 397 })];
    expect(score(truths, answers, 168)).toMatchObject({ closeStarts: 0.5, rightPlace: 0.5, rightDeploy: 0 });
  });
});
