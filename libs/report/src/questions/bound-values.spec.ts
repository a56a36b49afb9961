import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uniform, weightingOf } from '#contracts';
import type { Question } from '#platform';
import type { CellSource } from '../range/cell-source.ts';
import { budgetHours } from './budget-hours.ts';
import type { Scope } from './conditions.ts';
import { deployList } from './deploys.ts';
import { dimensionValues } from './dimension-values.ts';
import { dimensions } from './dimensions.ts';
import { lastSeen } from './last-seen.ts';
import { latestRows } from './latest-rows.ts';
import { ledgerTotals } from './ledger-totals.ts';
import { metricBreakdown } from './metric-breakdown.ts';
import { metricList } from './metric-list.ts';
import { metricSeries } from './metric-series.ts';

type AskedScope = Scope & { readonly metric: string };

const range = { from: 1_000_000, to: 2_000_000 };
const sources: CellSource[] = [
  { table: 'rum_1m', ...range },
  { table: 'rum_1h', ...range },
];
const raw: CellSource[] = [{ table: 'rum_events', ...range }];

const questions: readonly (readonly [name: string, ask: (scope: AskedScope) => Question])[] = [
  ['list', (scope) => metricList(scope, sources, uniform)],
  ['series', (scope) => metricSeries(scope, { source: raw[0] as CellSource, stepMs: 60_000 }, weightingOf([1, 10]))],
  ['breakdown', (scope) => metricBreakdown(scope, { by: 'device', limit: 10 }, raw, uniform)],
  ['dimension values', (scope) => dimensionValues(scope, { dimension: 'route', limit: 10 }, sources)],
  ['last seen', (scope) => lastSeen(scope, sources[0] as CellSource)],
  ['latest rows', (scope) => latestRows(scope, range, 10)],
  ['budgets', ({ project }) => budgetHours(project, range)],
  [
    'deploys',
    ({ project, metric, filters }) => deployList({ project, range, app: [metric], environment: filters.device, kind: ['told'], limit: 10 }),
  ],
  ['ledger', ({ project }) => ledgerTotals({ project, range })],
];

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom("' OR 1=1 --", '{project:String}', '\\', '`', '/*', ';', '$$', '$1', "\\'", "') UNION ALL SELECT * FROM system.users --"),
);
const scopeWith = (project: string, metric: string, value: string): AskedScope => ({
  project,
  metric,
  filters: Object.fromEntries(dimensions.map((dimension) => [dimension, [value]])),
});

describe('the text of a question', () => {
  it.each(questions)('of %s is the same whatever stands in its parameters, and asks for one project', (_, ask) => {
    const { sql } = ask(scopeWith('default', 'LCP', 'a'));
    expect(sql).toMatch(/\b(?:tenant|project) = \{project:String\}/);
    fc.assert(
      fc.property(hostile, hostile, hostile, (project, metric, value) => {
        const asked = ask(scopeWith(project, metric, value));
        expect(asked.sql).toBe(sql);
        expect(asked.params?.project).toBe(project);
      }),
      { numRuns: 2_000 },
    );
  });
});
