import { describe, expect, it } from '@jest/globals';
import { representativeRun } from './representative-run.ts';

const audit = (id: string, numericValue: number) => ({ id, title: id, score: null, scoreDisplayMode: 'numeric', numericValue });
const run = (fcp: number, tti: number) => ({
  audits: { 'first-contentful-paint': audit('first-contentful-paint', fcp), interactive: audit('interactive', tti) },
});

describe('the representative run', () => {
  it('is the one nearest to the medians of first contentful paint and interactive', () => {
    expect(representativeRun([run(900, 2_000), run(1_500, 3_100), run(1_000, 3_000), run(1_100, 9_000), run(1_050, 2_900)])).toBe(2);
  });

  it('is judged by the upper median where runs are even', () => {
    expect(representativeRun([run(1_000, 1_000), run(2_000, 2_000)])).toBe(1);
  });

  it('is the first of equally near ones, and a missing value is 0', () => {
    expect(representativeRun([{ audits: {} }, { audits: {} }])).toBe(0);
    expect(representativeRun([{ audits: {} }, run(10, 10), run(20, 20)])).toBe(1);
  });

  it('does not exist where there are no runs', () => {
    expect(() => representativeRun([])).toThrow('of no runs');
  });
});
