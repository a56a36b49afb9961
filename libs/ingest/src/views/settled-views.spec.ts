import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterEndMs, settledAt, settledVersions, silenceMs, type ViewVersion } from './settled-views.ts';

const said = (version: number, receivedAt: number, more: Partial<ViewVersion> = {}): ViewVersion => ({
  ...{ project: 'shop', view: 'v1', metric: 'LCP', version, receivedAt, isActive: true },
  ...more,
});

describe('when a view is over', () => {
  it.each([
    ['a long silence after the last', [said(1, 0), said(2, 30_000)], 30_000 + silenceMs],
    ['a moment after its end was said', [said(1, 0), said(2, 30_000, { isActive: false })], 30_000 + afterEndMs],
    ['the first long silence, whatever comes behind it', [said(1, 0), said(2, silenceMs), said(3, silenceMs + 1)], silenceMs],
    ['not before, where it said something just in time', [said(1, 0), said(2, silenceMs - 1)], 2 * silenceMs - 1],
    ['whatever the order', [said(3, 40_000), said(1, 0)], 40_000 + silenceMs],
  ])('%s', (_, versions, at) => expect(settledAt(versions)).toBe(at));
});

describe('what counts of views', () => {
  it('is the highest version of each vital, also where it came before a lower one', () => {
    const versions = [said(3, 1_000), said(2, 2_000), said(1, 0, { metric: 'CLS' }), said(3, 1_000, { metric: 'INP' })];
    const settled = settledVersions(versions, 0, 2_000 + silenceMs);
    expect(settled.map(({ metric, version }) => [metric, version])).toEqual([
      ['LCP', 3],
      ['CLS', 1],
      ['INP', 3],
    ]);
  });

  it('is told in the one stretch of time in which the view was over', () => {
    const versions = [said(1, 0)];
    expect(settledVersions(versions, 0, silenceMs - 1)).toEqual([]);
    expect(settledVersions(versions, silenceMs - 1, silenceMs)).toHaveLength(1);
    expect(settledVersions(versions, silenceMs, silenceMs + 60_000)).toEqual([]);
  });

  it('is each vital of a view once, in whatever minutes one looks', () => {
    const version = fc.record({
      ...{ project: fc.constantFrom('a', 'b'), view: fc.constantFrom('v1', 'v2'), metric: fc.constantFrom('LCP', 'CLS') },
      ...{ version: fc.nat(9), isActive: fc.boolean(), receivedAt: fc.nat(3 * silenceMs) },
    });
    fc.assert(
      fc.property(fc.array(version, { maxLength: 12 }), (versions) => {
        const told: string[] = [];
        for (let minute = 0; minute < 30; minute += 1) {
          // What came by then: more is not known.
          const known = versions.filter(({ receivedAt }) => receivedAt <= (minute + 1) * 60_000);
          told.push(
            ...settledVersions(known, minute * 60_000, (minute + 1) * 60_000).map((one) => `${one.project} ${one.view} ${one.metric}`),
          );
        }
        expect(told.length).toBe(new Set(told).size);
        expect(new Set(told.map((name) => name.split(' ').slice(0, 2).join(' ')))).toEqual(
          new Set(versions.map(({ project, view }) => `${project} ${view}`)),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
