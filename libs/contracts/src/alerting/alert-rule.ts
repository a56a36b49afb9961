import { z } from 'zod';
import { readMeasure, unitNames } from '../measure.ts';
import { type NamedMetric, readMetricName, unitOf } from '../metric-name.ts';
import { alertSeverities } from './severity.ts';

/** What an instance of a rule may be told apart by. */
export const ruleDimensions = ['app', 'environment', 'route', 'tool'] as const;
export type RuleDimension = (typeof ruleDimensions)[number];

const scopeText = z.string().min(1).max(256);
const scope = {
  project: scopeText.optional().describe('Only in this project; every project has the rule otherwise.'),
  app: scopeText.optional().describe('Only events of this application.'),
  environment: scopeText.optional().describe('Only events of this environment.'),
  route: scopeText.optional().describe('Only events of this route.'),
  tool: scopeText.optional().describe('Only events of this tool.'),
};

const named = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is lower case letters, digits and -, at most 63')
    .describe('Of the rule, for ever: incidents are known by it.'),
  name: z.string().min(1).max(200).optional().describe('As people read it; the id otherwise.'),
  enabled: z.boolean().default(true).describe('A rule that is switched off closes what it had opened.'),
};
const told = {
  channels: z.array(z.string().max(63)).max(20).optional().describe('Who is told; the routes decide otherwise.'),
  notifyBy: z
    .array(z.string().max(64))
    .max(10)
    .optional()
    .describe(
      'Labels by which messages to people are told apart: what agrees in them shares one. Default: app and environment, and metric.',
    ),
  summary: z.string().max(1_000).optional().describe('What it means and what to do, in a sentence.'),
  runbookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional()
    .describe('Where it is written what to do.'),
};

/** Of a whole minute: what is judged is kept by the minute. */
const wholeMinutes = z.number().int().positive().multipleOf(60);
const measure = z.union([z.number(), z.string().max(32)]);
const times = z.number().int().positive().max(1_000);

const measured = z.strictObject({
  ...named,
  kind: z.enum(['threshold', 'change']).optional().describe('Follows from the condition.'),
  metric: z.string().max(80).describe('Name or alias of a metric; may end in _p50, _p75, _p95, _p99 or _count.'),
  ...scope,
  groupBy: z.array(z.enum(ruleDimensions)).max(4).default([]).describe('One instance for each combination of these.'),
  windowS: wholeMinutes.max(86_400).default(300).describe('Seconds that are judged together.'),
  intervalS: wholeMinutes.max(3_600).default(60).describe('Seconds between two judgements.'),
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
  triggerAfter: times.default(2).describe('Judgements in a row that must break it.'),
  resolveAfter: times.default(3).describe('Judgements in a row that must be well.'),
  keepFiringForS: z
    .number()
    .int()
    .nonnegative()
    .max(86_400)
    .default(300)
    .describe('It stays open for so long, seconds, after it was last broken.'),
  onNoData: z
    .enum(['keep', 'resolve', 'alert'])
    .default('keep')
    .describe('When nothing is measured any more: the incident stays open, is closed as not confirmed, or that is told as well.'),
  noDataTimeoutS: z
    .number()
    .int()
    .positive()
    .max(604_800)
    .optional()
    .describe('After so long, seconds; 15 minutes or three windows otherwise.'),
  severity: z.enum(alertSeverities).default('warning').describe('How urgent it is.'),
  ...told,
});

/** How grave a finding must be at least. */
export const findingSeverities = ['low', 'medium', 'high'] as const;

const found = z.strictObject({
  ...named,
  kind: z.enum(['regression', 'budget', 'synthetic']).describe('What the hourly jobs and the audits find.'),
  metric: z.string().max(80).optional().describe('Only of this metric.'),
  ...scope,
  minSeverity: z
    .enum(findingSeverities)
    .default('low')
    .describe('The least grave that is told: high is critical, medium a warning, low for information.'),
  ...told,
});

/** A rule as written in `beaconhouse.yml`: what is watched, when that is wrong, and who is told. */
export const alertRuleSchema = z.discriminatedUnion('kind', [measured, found]).superRefine((rule, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (rule.metric !== undefined && !readMetricName(rule.metric))
    return refuse('metric', 'is no name of a metric: a letter, then letters, digits and _ . : / -, at most 64');
  if ('condition' in rule) for (const [field, message] of problemsOf(rule, readMetricName(rule.metric)!)) refuse(field, message);
});
export type AlertRuleConfig = z.output<typeof alertRuleSchema>;
export type MeasuredRuleConfig = z.output<typeof measured>;
export type FindingRuleConfig = z.output<typeof found>;

const measures = ['threshold', 'warningThreshold', 'recoveryThreshold', 'floor'] as const;
export const isChange = ({ condition }: Pick<MeasuredRuleConfig, 'condition'>) => condition === 'increasing' || condition === 'decreasing';
/** Parts of a window that a change is seen between. */
export const changeBuckets = 5;

/** What the fields do not say one by one. */
function* problemsOf(rule: MeasuredRuleConfig, metric: NamedMetric): Generator<[field: string, message: string]> {
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
