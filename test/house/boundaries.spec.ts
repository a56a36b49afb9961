import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = join(root, 'test/fixtures/boundaries');
const cruiseOptions = await extractDepcruiseOptions(join(root, '.dependency-cruiser.mjs'));

const importRules = (cruiseOptions.ruleSet?.forbidden ?? []).map((rule) => String(rule.name));
const typeAwareRules = ['no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check'];
const oneFileRules = ['the-clock-is-read-in-one-file', 'the-environment-is-read-in-one-file'];

/** Names of the import rules that the tree breaks. */
async function brokenImportRules(tree: string): Promise<string[]> {
  const baseDir = join(fixtures, tree);
  const folders = ['apps', 'libs'].filter((folder) => existsSync(join(baseDir, folder)));
  const { output } = await cruise(folders, { ...cruiseOptions, baseDir });
  return [...new Set((output as ICruiseResult).summary.violations.map((violation) => violation.rule.name))];
}

function lintIn(tree: string): ESLint {
  return new ESLint({ cwd: join(fixtures, tree), overrideConfigFile: join(root, 'eslint.config.mjs') });
}

/** `line: rule` for everything ESLint finds in the tree. */
async function lintFindings(tree: string): Promise<string[]> {
  const results = await lintIn(tree).lintFiles(['.']);
  return results.flatMap(({ messages }) => messages.map(({ line, ruleId }) => `${line}: ${ruleId}`));
}

describe('the rules of the house', () => {
  it('each have a tree that breaks them, and each tree has its rule', () => {
    const trees = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(trees.map((tree) => tree.name).sort()).toEqual([...importRules, ...typeAwareRules, ...oneFileRules, 'house-in-order'].sort());
  });

  it.each(importRules)('%s: a tree that breaks it breaks nothing else', async (rule) => {
    expect(await brokenImportRules(rule)).toEqual([rule]);
  });

  it.each(typeAwareRules)('%s is told', async (rule) => {
    expect(await lintFindings(rule)).toEqual([expect.stringMatching(`^\\d+: @typescript-eslint/${rule}$`)]);
  });

  it('the environment is read in one file', async () => {
    expect(await lintFindings('the-environment-is-read-in-one-file')).toEqual([
      '1: no-restricted-imports',
      '3: no-restricted-properties',
      '4: no-restricted-properties',
    ]);
  });

  it('the clock is read in one file', async () => {
    expect(await lintFindings('the-clock-is-read-in-one-file')).toEqual([
      '1: no-restricted-properties',
      '1: no-restricted-syntax',
      '1: no-restricted-syntax',
      '1: no-restricted-properties',
      '1: no-restricted-properties',
    ]);
  });

  it('bound the length of a function and of a file', async () => {
    const filePath = join(fixtures, 'house-in-order/apps/gateway/src/main.ts');
    const rulesBrokenBy = async (lines: number) => {
      const body = '  console.info();\n'.repeat(lines - 2);
      const results = await lintIn('house-in-order').lintText(`function long() {\n${body}}\n`, { filePath });
      return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)).sort();
    };
    expect(await rulesBrokenBy(50)).toEqual([]);
    expect(await rulesBrokenBy(51)).toEqual(['max-lines-per-function']);
    expect(await rulesBrokenBy(301)).toEqual(['max-lines', 'max-lines-per-function']);
  });

  it('leave a house in order alone', async () => {
    expect(await brokenImportRules('house-in-order')).toEqual([]);
    expect(await lintFindings('house-in-order')).toEqual([]);
  });
});
