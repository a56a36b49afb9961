import { expect, it } from '@jest/globals';
import { ChromiumMissing, findChromium } from './find-chromium.ts';

it('is the configured one, else the first that is there', () => {
  expect(findChromium(process.execPath)).toBe(process.execPath);
  expect(findChromium(undefined, ['/no/such/browser', process.execPath, '/bin/sh'])).toBe(process.execPath);
});

it('a missing one is told with what to install; a configured one is not replaced by another', () => {
  expect(() => findChromium('/no/such/browser')).toThrow(ChromiumMissing);
  expect(() => findChromium('/no/such/browser')).toThrow('at /no/such/browser, as configured: apt-get install chromium');
  expect(() => findChromium(undefined, ['/no/such/browser'])).toThrow('in /no/such/browser: apt-get install chromium');
});
