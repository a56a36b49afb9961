import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedBudgets } from '../../contracts/src/index.ts';
import { buildBudgets } from '../build.mjs';

describe('the built package', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'beaconhouse-budgets-package-'));
    await buildBudgets(dir);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.each(['budgets', 'regressions'])('is files that need nothing, within their limits: %s', async (entry) => {
    const code = await readFile(join(dir, `${entry}.js`));
    const { maximumGzipBytes } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(code.toString()).not.toMatch(/\bimport\b|\brequire\b|process\./);
    expect(gzipSync(code, { level: 6 }).length).toBeLessThanOrEqual(maximumGzipBytes[entry]);
  });

  it('lists in its README what it ships', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    for (const { metric, threshold, severity } of shippedBudgets)
      expect(readme).toContain(`| \`${metric}\` | ${threshold} | ${severity} |\n`);
  });

  it('does what it says', async () => {
    const { checkBudget, getViolations, clearViolations } = await import(pathToFileURL(join(dir, 'budgets.js')).href);
    expect(checkBudget('TTFB', 601)).toMatchObject({ metric: 'TTFB', actual: 601, threshold: 600, severity: 'warning' });
    expect(getViolations()).toHaveLength(1);
    clearViolations();
    expect(getViolations()).toEqual([]);
  });
});
