import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildBrowserSdk } from '../build.mjs';

/** What HTTP servers use; level 9 would flatter by seven bytes. */
const level = 6;

describe('the built SDK', () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'beaconhouse-sdk-'));
    await buildBrowserSdk(dir);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.each(['beaconhouse.js', 'beaconhouse.iife.js'])('%s stays within its limit, everything included', async (name) => {
    const { maximumGzipBytes } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(gzipSync(await readFile(join(dir, name)), { level }).length).toBeLessThanOrEqual(maximumGzipBytes);
  });

  it('beside Datadog’s SDK stays within a limit of its own', async () => {
    const { maximumDatadogGzipBytes } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(gzipSync(await readFile(join(dir, 'datadog.js')), { level }).length).toBeLessThanOrEqual(maximumDatadogGzipBytes);
  });

  it('is made of nothing else, but for Datadog’s two packages beside them', async () => {
    expect((await readdir(dir)).sort()).toEqual(['beaconhouse.iife.js', 'beaconhouse.js', 'datadog.js', 'widget-csp.js']);
    for (const name of await readdir(dir)) {
      const text = await readFile(join(dir, name), 'utf8');
      const imports = [...text.matchAll(/\bimport\s*\{[^}]*\}\s*from\s*"([^"]*)";/g)].map(([, from]) => from);
      expect(imports).toEqual(name === 'datadog.js' ? ['@datadog/browser-logs', '@datadog/browser-rum'] : []);
      expect(text.replaceAll(/\bimport\s*\{[^}]*\}\s*from/g, '')).not.toMatch(/\bimport\b|\brequire\b/);
    }
  });
});
