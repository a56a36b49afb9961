import { describe, expect, it } from '@jest/globals';
import { uniform } from '#contracts';
import { KnownWeightings } from './known-weightings.ts';

describe('the weightings that are known', () => {
  it('begin uniform and are those of the last answer that needed another, project by project', () => {
    const known = new KnownWeightings();
    expect(known.guess('a')).toBe(uniform);
    const learnt = known.correct('a', uniform, [1, 10]);
    expect([known.guess('a'), known.guess('b')]).toEqual([learnt, uniform]);
    expect(known.correct('a', known.guess('a'), [10])).toBeUndefined();
    expect(known.guess('a')).toBe(learnt);
  });

  it('are not kept for ever more projects', () => {
    const known = new KnownWeightings();
    for (let project = 0; project <= 1_000; project++) known.correct(`p${project}`, uniform, [1, 10]);
    expect([known.guess('p0'), known.guess('p1000').most]).toEqual([uniform, 10]);
  });
});
