import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildNodeSdk } from '../build.mjs';
import { sdkVersion } from './sdk-version.ts';

describe('the built package', () => {
  let dir: string;
  let code: string;
  let manifest: { version: string; maximumGzipBytes: number };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'beaconhouse-node-package-'));
    await buildNodeSdk(dir);
    code = await readFile(join(dir, 'node.js'), 'utf8');
    manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is one file that needs nothing but Node', () => {
    const imported = [...code.matchAll(/^\s*(?:import|export)\b[^;]*?from\s*"([^"]+)"/gm)].map(([, name]) => name);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  });

  it('is within its limit, and says its version', () => {
    expect(gzipSync(code, { level: 6 }).length).toBeLessThanOrEqual(manifest.maximumGzipBytes);
    expect(sdkVersion).toBe(manifest.version);
  });

  it('offers what it says', async () => {
    const offered = Object.keys(await import(pathToFileURL(join(dir, 'node.js')).href));
    expect(offered.sort()).toEqual([
      'initializeAPM',
      'instrumentMCPServer',
      'instrumentMCPTool',
      'trace',
      'traceHeaders',
      'useOpenTelemetry',
    ]);
  });
});
