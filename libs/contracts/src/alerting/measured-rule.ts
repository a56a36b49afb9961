import { z } from 'zod';
import { readMeasure, unitNames } from '../measure.ts';
import { type NamedMetric, unitOf } from '../metric-name.ts';
import { ruleFields } from './rule-fields.ts';
import { alertSeverities } from './severity.ts';

const { named, scope, told, patience, measure } = ruleFields;

/** A value that crosses a line, or moves. */
export const measuredRuleSchema = z.strictObject({
  ...named,
  kind: z.enum(['threshold', 'change']).optional().describe('Follows from the condition.'),
  metric: z.string().max(80).describe('Name or alias of a metric; may end in _p50, _p75, _p95, _p99 or _count.'),
  ...scope,
  groupBy: ruleFields.groupBy,
  windowS: ruleFields.wholeMinutes.max(86_400).default(300).describe('Seconds that are judged together.'),
  intervalS: patience.intervalS,
  condition: z
    .enum(['above', 'below', 'increasing', 'decreasing'])
    .describe('What is wrong: a value above or below the threshold, or one that moves by more than changePercent.'),
  threshold: measure.optional().describe("In the metric's own unit or with one. A rule of change shows it."),
  warningThreshold: measure.optional().describe('A less grave line: what breaks only this one is a warning.'),
  recoveryThreshold: measure.optional().describe('Where it is well again; 10 % inside the threshold otherwise.'),
  changePercent: z.number().positive().max(10_000).default(20).describe('Of a rule of change.'),
  compare: z
    .enum(['window', 'previous', 'day', 'week'])
    .default('window')
    .describe(
      'Of a rule of change: what the end of the window is held against. `window`: its own beginning; otherwise the window before it, a day or a week ago.',
    ),
  floor: measure.optional().describe('Of a rule of change: must be exceeded too.'),
  minSamples: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Events under which nothing is judged. Default: 10 for p50, 20 for p75, 100 for p95, 500 for p99, 50 for rates.'),
  triggerAfter: patience.triggerAfter,
  resolveAfter: patience.resolveAfter,
  keepFiringForS: patience.keepFiringForS,
  onNoData: ruleFields.onNoData,
  noDataTimeoutS: ruleFields.noDataTimeoutS,
  severity: z.enum(alertSeverities).default('warning').describe('How urgent it is.'),
  ...told,
});
export type MeasuredRuleConfig = z.output<typeof measuredRuleSchema>;

const measures = ['threshold', 'warningThreshold', 'recoveryThreshold', 'floor'] as const;
export const isChange = ({ condition }: Pick<MeasuredRuleConfig, 'condition'>) => condition === 'increasing' || condition === 'decreasing';
/** Parts of a window that a change is seen between. */
export const changeBuckets = 5;

/** What the fields do not say one by one. */
export function* measuredProblems(rule: MeasuredRuleConfig, metric: NamedMetric): Generator<[field: string, message: string]> {
  const unit = unitOf(metric);
  const value: Partial<Record<(typeof measures)[number], number>> = {};
  for (const field of measures) {
    const given = rule[field];
    if (given === undefined) continue;
    const read = readMeasure(given, unit);
    if (read === undefined) {
      const units = unitNames(unit);
      yield [field, `of ${rule.metric} is ${units.length > 0 ? `a number, or one with ${units.join(', ')}` : 'a number'}`];
    } else value[field] = read;
  }
  if (isChange(rule)) {
    if (rule.kind === 'threshold') yield ['kind', `is change where the condition is ${rule.condition}`];
    if (rule.warningThreshold !== undefined) yield ['warningThreshold', 'is for the conditions above and below'];
    if (rule.compare === 'window' && rule.windowS % (60 * changeBuckets) !== 0)
      yield [
        'windowS',
        `of a change inside the window is a multiple of ${60 * changeBuckets}: it is split into ${changeBuckets} parts of whole minutes`,
      ];
    return;
  }
  if (rule.kind === 'change') yield ['kind', `is threshold where the condition is ${rule.condition}`];
  if (rule.compare !== 'window') yield ['compare', 'is for the conditions increasing and decreasing'];
  if (rule.threshold === undefined) yield ['threshold', `is needed where the condition is ${rule.condition}`];
  const wrong = (one: number | undefined, other: number | undefined) =>
    one !== undefined && other !== undefined && (rule.condition === 'above' ? one > other : one < other);
  if (wrong(value.recoveryThreshold, value.threshold))
    yield ['recoveryThreshold', `is on the wrong side of the threshold ${rule.threshold}`];
  if (wrong(value.warningThreshold, value.threshold)) yield ['warningThreshold', `is graver than the threshold ${rule.threshold}`];
  if (value.warningThreshold !== undefined && rule.severity !== 'critical')
    yield ['warningThreshold', 'is for rules whose severity is critical'];
}
