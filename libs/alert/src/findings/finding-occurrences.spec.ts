import { describe, expect, it } from '@jest/globals';
import { alertRulesSchema, type Finding } from '#contracts';
import { ruleBookOf, ruleKey } from '../rules/rule-book.ts';
import { occurrencesOf } from './finding-occurrences.ts';

const at = Date.UTC(2026, 11, 1);
const slowMonitor: Finding = {
  ...{ tenant: 'shop', id: 'f1', kind: 'self', state: 'open', at, since: at - 1, severity: 'medium', metric: 'visit-interval', unit: 'ms' },
  ...{ title: 'home: asked every 15 min, doing 34 min', subject: { monitor: 'home' }, value: 34, reference: 15, detail: '{}' },
};
const book = (...rules: readonly object[]) => ruleBookOf(alertRulesSchema.parse(rules), ['shop']);

describe('a monitor that falls behind', () => {
  it('is trouble of the house, whatever other rules there are, with the project among its labels', () => {
    const rules = book({ id: 'audits', kind: 'synthetic' }, { id: 'budgets', kind: 'budget' });
    const [told, ...others] = occurrencesOf(slowMonitor, rules);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ ruleId: '@monitors', severity: 'warning', at });
    expect(told!.facts).toMatchObject({
      ...{ project: '@house', headline: slowMonitor.title, labels: { project: 'shop', monitor: 'home' } },
      openedAt: at - 1,
    });
    expect(rules.identities.get(ruleKey('@house', told!.ruleId))).toBe(told!.identity);
  });

  it('is the same when it is over, and another one than that of another monitor', () => {
    const [open, over, other] = [slowMonitor, { ...slowMonitor, state: 'resolved' as const }, { ...slowMonitor, id: 'f2' }].map(
      (finding) => occurrencesOf(finding, book())[0]!,
    );
    expect([over!.fingerprint, over!.severity]).toEqual([open!.fingerprint, null]);
    expect(other!.fingerprint).not.toBe(open!.fingerprint);
  });

  it('is told as a rule says, or not at all', () => {
    const rule = { id: 'slow', name: 'Audits are late', kind: 'self', about: 'monitors', severity: 'info', channels: ['slack'] };
    expect(occurrencesOf(slowMonitor, book(rule))).toMatchObject([
      { severity: 'info', facts: { rule: { id: '@monitors', name: 'Audits are late' }, ruleChannels: ['slack'] } },
    ]);
    expect(occurrencesOf(slowMonitor, book({ ...rule, enabled: false }))).toEqual([]);
  });
});
