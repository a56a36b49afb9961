import { describe, expect, it } from '@jest/globals';
import type { RunPlan } from '../run/run-plan.ts';
import { configurationHash, type Fingerprint, fingerprintId, indexBand, throttlingText } from './fingerprint.ts';

const plan: RunPlan = {
  url: 'http://page.test/',
  settings: {
    formFactor: 'mobile',
    throttling: { rttMs: 150, cpuSlowdownMultiplier: 'auto' },
    extraHeaders: { authorization: 'Bearer 1' },
  },
  browser: { path: '/usr/bin/chromium', args: ['--lang=en'], sandbox: true },
  allowedHosts: [],
  limitMs: 90_000,
};
const fingerprint: Fingerprint = {
  ...{ lighthouseVersion: '13.5.0', chromeMajor: 156, formFactor: 'mobile', throttling: throttlingText(plan.settings) },
  ...{ location: 'fra', runnerClass: 'small', indexBand: '1500-2000', configurationHash: configurationHash(plan) },
};

describe('a fingerprint', () => {
  it.each(Object.keys(fingerprint))('is another with another %s', (name) => {
    expect(fingerprintId({ ...fingerprint, [name]: 'another' })).not.toBe(fingerprintId(fingerprint));
  });

  it('is the same of equal ones', () => {
    expect(fingerprintId({ ...fingerprint })).toBe(fingerprintId(fingerprint));
    expect(fingerprintId(fingerprint)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('names the throttling as it was asked for', () => {
    expect(throttlingText(plan.settings)).toBe('simulate cpuSlowdownMultiplier=auto rttMs=150');
    expect(throttlingText({ formFactor: 'desktop', throttlingMethod: 'provided' })).toBe('provided');
  });
});

describe('the hash of a configuration', () => {
  const settings = (changes: object): RunPlan => ({ ...plan, settings: { ...plan.settings, ...changes } });

  it.each<[string, RunPlan]>([
    ['a renewed token', settings({ extraHeaders: { authorization: 'Bearer 2' } })],
    ['another address', { ...plan, url: 'http://page.test:81/' }],
    ['keys in another order', { ...plan, settings: { extraHeaders: { authorization: '' }, throttling: {}, formFactor: 'mobile' } }],
  ])('stays with %s', (_, other) => {
    expect(configurationHash(other)).toBe(configurationHash(plan));
  });

  it.each<[string, RunPlan]>([
    ['a header more', settings({ extraHeaders: { authorization: '', 'x-more': '' } })],
    ['a cookie', settings({ cookies: [{ name: 'session', value: 'x' }] })],
    ['another screen', settings({ screenEmulation: { width: 360 } })],
    ['categories', settings({ onlyCategories: ['performance'] })],
    ['arguments of the browser', { ...plan, browser: { ...plan.browser, args: [] } }],
    ['options of the scripts', { ...plan, options: { query: 'yoga' } }],
  ])('changes with %s', (_, other) => {
    expect(configurationHash(other)).not.toBe(configurationHash(plan));
  });

  it('changes with the text of a script', () => {
    expect(configurationHash(plan, ['a'])).not.toBe(configurationHash(plan, ['b']));
  });
});

it.each([
  [1_499, '', '1000-1500'],
  [1_500, '', '1500-2000'],
  [1_550, '1000-1500', '1000-1500'],
  [1_601, '1000-1500', '1500-2000'],
  [1_420, '1500-2000', '1500-2000'],
  [1_399, '1500-2000', '1000-1500'],
  [null, '1500-2000', '1500-2000'],
  [null, '', ''],
])('a runner with an index of %s that was in band %j is in %j', (usual, before, band) => {
  expect(indexBand(usual, before)).toBe(band);
});
