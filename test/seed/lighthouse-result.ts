import { readFileSync } from 'node:fs';
import type { LighthouseResult } from '../../libs/probe/src/lhr/lighthouse-result.ts';

const folder = new URL('lighthouse-results/', import.meta.url);

/**
 * What Lighthouse 12.6.1 and 13.5.0 answered of one small page on Chromium 156: loaded, over one click, as it stood then, and of an address
 * that the browser refuses. Audits that nothing here reads, descriptions, pictures and boxes were taken out; the values are as they were.
 */
export function lighthouseResult(
  name: '12-navigation' | '12-timespan' | '13-error' | '13-navigation' | '13-snapshot' | '13-timespan',
): LighthouseResult {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}
