import { describe, expect, it } from '@jest/globals';
import { inhibitionSchema, shippedInhibitions } from '#contracts';
import { houseProject } from '../self/house-rules.ts';
import { type Inhibiting, inhibitorOf } from './inhibition.ts';

const shipped = shippedInhibitions.map((one) => inhibitionSchema.parse(one));
const incident = (id: string, severity: string, changes: Partial<Inhibiting> = {}): Inhibiting => ({
  ...{ id, severity, project: 'shop', rule: { id: `rule-${id}` }, resolvedAt: null, labels: { app: 'chat', tool: 'search' } },
  ...changes,
});
const warning = incident('w', 'warning');

describe('what is shipped', () => {
  it.each([
    ['is not told beside what is critical with the same labels', warning, incident('c', 'critical'), 'c'],
    ['is told beside another warning', warning, incident('o', 'warning'), null],
    ['is told where it is critical too', incident('x', 'critical'), incident('c', 'critical'), null],
    [
      'is told beside what is critical of other labels',
      warning,
      incident('c', 'critical', { labels: { app: 'chat', tool: 'book' } }),
      null,
    ],
    ['is told beside what is critical of fewer labels', warning, incident('c', 'critical', { labels: { app: 'chat' } }), null],
    ['is told where neither has labels', incident('w', 'warning', { labels: {} }), incident('c', 'critical', { labels: {} }), null],
    ['is told beside what is critical in another project', warning, incident('c', 'critical', { project: 'other' }), null],
    ['is told once what was critical is over', warning, incident('c', 'critical', { resolvedAt: 1 }), null],
  ])('a warning %s', (_, what, other, expected) => {
    expect(inhibitorOf(what, [what, other], shipped)?.id ?? null).toBe(expected);
  });
});

describe('a pipeline that is behind', () => {
  const behind = incident('p', 'critical', { project: houseProject, rule: { id: '@pipeline' }, labels: {} });
  it.each([
    ['every rule', incident('x', 'critical'), 'p'],
    ['nothing else of the house', incident('h', 'critical', { project: houseProject, rule: { id: '@warehouse' } }), null],
    ['not itself', behind, null],
  ])('holds back %s, whatever is written down', (_, what, expected) => {
    expect(inhibitorOf(what, [behind], [])?.id ?? null).toBe(expected);
  });
});

it('one without labels to agree in is about all of a project', () => {
  const all = [inhibitionSchema.parse({ source: { rule: 'rule-a' }, target: { rule: 'rule-w' } })];
  expect(inhibitorOf(warning, [incident('a', 'info', { labels: {} })], all)?.id).toBe('a');
});
