import { describe, expect, it } from '@jest/globals';
import { foundRegression } from '../../../../test/seed/found-regression.ts';
import { hourMs } from '../hours.ts';
import { sameCause, withCauses } from './causes.ts';

const later = (hours: number) => foundRegression().since + hours * hourMs;
const deploy = { release: 'v2', at: foundRegression().since };

describe('two regressions', () => {
  it('of one metric that began together have one cause, wherever they are', () => {
    const [all, cart] = [foundRegression(), foundRegression({ segment: { route: '/cart' }, since: later(2) })];
    expect(sameCause(all, cart)).toBe(true);
    expect(sameCause(all, { ...cart, since: later(3) })).toBe(false);
  });

  it('of two metrics have one cause where they are about the same place', () => {
    const cart = foundRegression({ segment: { route: '/cart' } });
    expect(sameCause(cart, foundRegression({ metric: 'INP', segment: { route: '/cart' } }))).toBe(true);
    expect(sameCause(cart, foundRegression({ metric: 'INP', segment: { route: '/book' } }))).toBe(false);
    expect(sameCause(cart, foundRegression({ metric: 'INP', segment: { tool: '/cart' } }))).toBe(false);
    expect(sameCause(foundRegression(), foundRegression({ metric: 'INP' }))).toBe(true);
  });

  it('have the cause of their deploy, and two deploys are two causes', () => {
    const one = foundRegression({ deploy, segment: { route: '/cart' } });
    expect(sameCause(one, foundRegression({ deploy, metric: 'INP', segment: { tool: 'search' }, since: later(9) }))).toBe(true);
    expect(sameCause(one, { ...one, deploy: { ...deploy, release: 'v3' } })).toBe(false);
    expect(sameCause(one, { ...one, deploy: null })).toBe(true);
  });

  it('of two applications or environments have nothing to do with each other', () => {
    for (const other of [{ app: 'other' }, { env: 'staging' }]) {
      expect(sameCause(foundRegression({ deploy }), foundRegression({ deploy, ...other }))).toBe(false);
    }
  });
});

describe('causes of an hour', () => {
  const cart = foundRegression({ id: 'cart', segment: { route: '/cart' } });
  const all = foundRegression({ id: 'all' });
  const apart = foundRegression({ id: 'apart', metric: 'INP', segment: { tool: 'search' } });
  const causesOf = (found: readonly (typeof all)[], before: readonly (typeof all)[] = []) =>
    Object.fromEntries(withCauses(found, before).map(({ id, cause }) => [id, cause]));

  it('are what is about the most, in whatever order they come', () => {
    const expected = { all: 'all', cart: 'all', apart: 'apart' };
    expect(causesOf([cart, apart, all])).toEqual(expected);
    expect(causesOf([all, apart, cart])).toEqual(expected);
  });

  it('are those that are known, where there are', () => {
    expect(causesOf([all, apart], [cart])).toEqual({ all: 'cart', apart: 'apart' });
    expect(causesOf([cart], [{ ...all, cause: 'first' }])).toEqual({ cart: 'first' });
  });
});
