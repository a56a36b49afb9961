import { describe, expect, it } from '@jest/globals';
import { cpuSlowdown } from './cpu-slowdown.ts';
import { reasonOfCode } from './failure-reason.ts';
import { lighthouseFlags, viewportOf } from './lighthouse-settings.ts';

describe('what Lighthouse is told', () => {
  it('are the settings as written, without headers and cookies, which it would send everywhere', () => {
    const flags = lighthouseFlags(
      {
        ...{ formFactor: 'desktop', throttlingMethod: 'simulate', screenEmulation: { width: 1_000 }, disableStorageReset: true },
        throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1 },
        ...{ extraHeaders: { authorization: 'hush' }, cookies: [{ name: 'a', value: 'b' }] },
      },
      1,
    );
    expect(flags).toMatchObject({
      ...{ formFactor: 'desktop', throttlingMethod: 'simulate', screenEmulation: { width: 1_000 }, disableStorageReset: true },
      throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1 },
    });
    expect(JSON.stringify(flags)).not.toMatch(/hush|extraHeaders|cookies/);
  });

  it('is the slowdown that was measured where it is to fit the machine, and none where the plan says nothing', () => {
    expect(lighthouseFlags({ formFactor: 'mobile', throttling: { cpuSlowdownMultiplier: 'auto' } }, 3.5).throttling).toEqual({
      cpuSlowdownMultiplier: 3.5,
    });
    expect(lighthouseFlags({ formFactor: 'mobile' }, undefined).throttling).toEqual({});
  });

  it('pages of scripts have the screen that is measured on', () => {
    expect(viewportOf({ formFactor: 'desktop', screenEmulation: { width: 1_000 } })).toMatchObject({
      width: 1_000,
      height: 940,
      isMobile: false,
    });
    expect(viewportOf({ formFactor: 'mobile' })).toMatchObject({ width: 412, isMobile: true, hasTouch: true });
  });
});

it.each([
  [100, 1],
  [437, 1],
  [1_748, 4],
  [4_370, 10],
  [9_000, 10],
])('a machine of index %d is slowed down %d times', (index, times) => {
  expect(cpuSlowdown(index)).toBe(times);
});

it.each([
  ['ERRORED_DOCUMENT_REQUEST', 'page'],
  ['INSECURE_DOCUMENT_REQUEST', 'page'],
  ['NOT_HTML', 'page'],
  ['NO_FCP', 'machine'],
  ['PROTOCOL_TIMEOUT', 'machine'],
  ['TARGET_CRASHED', 'machine'],
  ['INVALID_URL', 'configuration'],
  ['SOMETHING_NEW', 'machine'],
])('%s is told as %s', (code, reason) => {
  expect(reasonOfCode(code)).toBe(reason);
});
