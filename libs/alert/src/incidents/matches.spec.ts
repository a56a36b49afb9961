import { expect, it } from '@jest/globals';
import { matches } from './matches.ts';

const what = { project: 'shop', rule: { id: 'slow' }, severity: 'critical', labels: { tool: 'search-products', rule: 'a page said so' } };

it.each([
  [{}, true],
  [{ tool: 'search-products' }, true],
  [{ tool: 'search' }, false],
  [{ tool: '*' }, true],
  [{ route: '*' }, false],
  [{ tool: 'search-*' }, true],
  [{ tool: '*-products' }, true],
  [{ tool: '*rch*duc*' }, true],
  [{ tool: 'search-pro*products' }, false],
  [{ tool: '*duc*rch*' }, false],
  [{ tool: 'search-*s*s' }, false],
  [{ tool: 'search-products*' }, true],
  [{ rule: 'slow', project: 'shop', severity: 'critical' }, true],
  [{ rule: 'a page said so' }, false],
  [{ rule: 'slow', severity: 'warning' }, false],
] as const)('%j matches: %p', (matchers, expected) => {
  expect(matches(matchers as Record<string, string>, what)).toBe(expected);
});
