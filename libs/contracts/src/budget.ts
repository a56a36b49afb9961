import { z } from 'zod';
import { readMeasure, unitNames } from './measure.ts';
import { percentiles, readMetricName, type Statistic, unitOf } from './metric-name.ts';

/** Fewest events under which a statistic says more about chance than about the page: a percentile has five beyond it. */
export const fewestSamples = { p50: 20, p75: 20, p95: 100, p99: 500, count: 0, rate: 100 } as const satisfies Record<Statistic, number>;

const scopeText = z.string().min(1).max(256);

/** A bound that a metric is held to, as written in `beaconhouse.yml`. */
export const budgetSchema = z
  .strictObject({
    metric: z.string().describe(`Name or alias of a metric; may end in ${percentiles.map((level) => `_${level}`).join(', ')} or _count.`),
    threshold: z
      .union([z.number().nonnegative(), z.string().max(32)])
      .describe("The bound, in the metric's own unit or with one: 2500, `2.5 s`, `200 KiB`, `1%`."),
    comparison: z
      .enum(['less_than', 'greater_than'])
      .default('less_than')
      .describe('What the value should be: `less_than` is violated above the threshold, `greater_than` below.'),
    severity: z.enum(['error', 'warning']).default('error').describe('A violated `error` fails a build, a `warning` is told.'),
    project: scopeText.optional().describe('Only of this project; every project has it otherwise.'),
    app: scopeText.optional().describe('Only events of this application.'),
    environment: scopeText.optional().describe('Only events of this environment.'),
    route: scopeText.optional().describe('Only events of this route.'),
    tool: scopeText.optional().describe('Only events of this tool.'),
    minSamples: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Events under which nothing is judged. Default: 20 for p50 and p75, 100 for p95 and rates, 500 for p99.'),
  })
  .superRefine((budget, context) => {
    const named = readMetricName(budget.metric);
    if (!named) {
      context.addIssue({
        code: 'custom',
        path: ['metric'],
        message: 'is no name of a metric: a letter, then letters, digits and _ . : / -, at most 64',
      });
      return;
    }
    const unit = unitOf(named);
    if (readMeasure(budget.threshold, unit) !== undefined) return;
    const units = unitNames(unit);
    const written = units.length > 0 ? `a number, or one with ${units.join(', ')}` : 'a number';
    context.addIssue({
      code: 'custom',
      path: ['threshold'],
      message: `of ${budget.metric} is ${written}, such as ${JSON.stringify(units.length > 0 ? `2 ${units[0]}` : 2)}`,
    });
  });
export type BudgetConfig = z.output<typeof budgetSchema>;

/** What comes of a budget at a full hour. `unknown`: too few samples; `removed`: no longer a budget of the project. */
export const budgetOutcomes = ['passed', 'violated', 'unknown', 'removed'] as const;
export type BudgetOutcome = (typeof budgetOutcomes)[number];
