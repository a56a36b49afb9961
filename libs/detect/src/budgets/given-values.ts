import { z } from 'zod';
import { readMeasure, readMetricName, unitOf } from '#contracts';
import { type Budget, type BudgetScope, scopeNames, scopeOf } from './budget.ts';
import { type JudgedValue, judgeValue, type Verdict } from './judge.ts';

const value = z.union([z.number(), z.string().max(32)]);
const scope = { app: z.string().optional(), environment: z.string().optional(), route: z.string().optional(), tool: z.string().optional() };

/** Values that a build measured: by the metric's name, or as a list where several belong to one metric. */
export const givenValuesSchema = z.union([z.record(z.string(), value), z.array(z.strictObject({ metric: z.string(), value, ...scope }))]);
export type GivenValues = z.output<typeof givenValuesSchema>;

/** A value that cannot be read: its place, and what would be. */
export class GivenValueInvalid extends Error {
  override readonly name = 'GivenValueInvalid';
}

/** Judges each budget by the value of its metric, statistic and scope; a budget without one is not judged. */
export function judgeGiven(budgets: readonly Budget[], given: GivenValues): (JudgedValue | Verdict)[] {
  const entries = Array.isArray(given) ? given : Object.entries(given).map(([metric, of]) => ({ metric, value: of }));
  const read = entries.map((entry) => {
    const named = readMetricName(entry.metric);
    if (!named) throw new GivenValueInvalid(`${JSON.stringify(entry.metric)} is no name of a metric`);
    const number = readMeasure(entry.value, unitOf(named));
    if (number === undefined || number < 0)
      throw new GivenValueInvalid(`the value ${JSON.stringify(entry.value)} of ${entry.metric} is no measure of it`);
    return { named, number, scope: scopeOf(entry as BudgetScope) };
  });
  return budgets.map((budget) => {
    const { metric, scope: about } = budget;
    const found = read.find(
      (entry) =>
        entry.named.name === metric.name &&
        entry.named.statistic === metric.statistic &&
        scopeNames.every((name) => entry.scope[name] === about[name]),
    );
    return found ? judgeValue(budget, found.number) : { budget, outcome: 'unknown', measured: null };
  });
}
