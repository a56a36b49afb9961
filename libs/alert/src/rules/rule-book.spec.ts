import { expect, it } from '@jest/globals';
import { alertRulesSchema } from '#contracts';
import { ruleBookOf, ruleKey } from './rule-book.ts';

const book = (...rules: readonly object[]) => ruleBookOf(alertRulesSchema.parse(rules), ['shop', 'blog']);
const threshold = { id: 'slow', metric: 'LCP', condition: 'above', threshold: '2.5 s' };

it('places a rule in each project, or in its own', () => {
  const { watched } = book(threshold, { ...threshold, id: 'blog-slow', project: 'blog' }, { ...threshold, id: 'off', enabled: false });
  expect(watched.map(({ project, rule }) => [project, rule.id])).toEqual([
    ['shop', 'slow'],
    ['blog', 'slow'],
    ['blog', 'blog-slow'],
  ]);
});

it('watches the data of a rule that says so, under its id and as urgent', () => {
  const burn = { id: 'burn', kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%', onNoData: 'alert' };
  const { watched, identities } = book({ ...threshold, onNoData: 'alert', severity: 'info' }, burn);
  const told = watched
    .filter(({ project }) => project === 'shop')
    .map(({ rule }) => [rule.key, rule.id, rule.kind, ...('severity' in rule ? [rule.severity] : [])]);
  expect(told).toEqual([
    ['slow', 'slow', 'threshold'],
    ['slow@no-data', 'slow', 'absence', 'info'],
    ['burn', 'burn', 'burn_rate'],
    ['burn@no-data', 'burn', 'absence', 'critical'],
  ]);
  expect(identities.get(ruleKey('shop', 'slow@no-data'))).not.toBe(identities.get(ruleKey('shop', 'slow')));
});

it('has trouble of the house told as usual, as a rule says, or not at all', () => {
  const self = { id: 'behind', kind: 'self', about: 'pipeline' };
  expect([...book(threshold).troubles]).toEqual([
    ['pipeline', null],
    ['warehouse', null],
    ['monitors', null],
  ]);
  expect(book({ ...self, severity: 'info' }).troubles.get('pipeline')).toMatchObject({ severity: 'info' });
  const off = book({ ...self, enabled: false });
  expect([[...off.troubles.keys()], off.identities.has(ruleKey('@house', '@pipeline')), off.watched, off.findingRules]).toEqual([
    ...[['warehouse', 'monitors'], false, [], []],
  ]);
});
