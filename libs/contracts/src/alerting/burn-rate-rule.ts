import { z } from 'zod';
import { readMeasure, showMeasure } from '../measure.ts';
import type { NamedMetric } from '../metric-name.ts';
import { ruleFields } from './rule-fields.ts';
import { type AlertSeverity, alertSeverities } from './severity.ts';

const { named, scope, told, patience, wholeMinutes } = ruleFields;
const [hourS, dayS] = [3_600, 86_400];

const pairSchema = z.strictObject({
  longS: wholeMinutes.max(7 * dayS).describe('Seconds of the long window: how much was burnt.'),
  shortS: wholeMinutes.max(dayS).describe('Seconds of the short window: whether it still burns.'),
  factor: z
    .number()
    .positive()
    .describe('Broken where the error budget burns faster than this in both windows; 1 uses it up at the end of windowDays.'),
  recoveryFactor: z.number().positive().optional().describe('Well below this in one of them; 10 % inside the factor otherwise.'),
  severity: z.enum(alertSeverities).describe('How urgent that is.'),
});

/** How fast the error budget of an objective is used up: https://sre.google/workbook/alerting-on-slos. */
export const burnRateRuleSchema = z.strictObject({
  ...named,
  kind: z.literal('burn_rate').describe('How fast an error budget is used up.'),
  metric: z
    .string()
    .max(80)
    .describe(
      'A rate, such as mcp_tool_error_rate: its part is bad. Or a metric that is rated, such as LCP: what is not rated good is bad.',
    ),
  ...scope,
  groupBy: ruleFields.groupBy,
  slo: ruleFields.measure.describe('Share of events that are to be good: `99%` or 0.99.'),
  windowDays: z.number().int().positive().max(90).default(30).describe('Days that the objective is for.'),
  pairs: z
    .array(pairSchema)
    .min(1)
    .max(6)
    .optional()
    .describe('What is looked at. Default: 2 % of the budget in an hour and 5 % in six are critical, 10 % in three days are a warning.'),
  intervalS: patience.intervalS,
  minSamples: z.number().int().positive().default(50).describe('Events of a long window under which it is not judged.'),
  triggerAfter: patience.triggerAfter,
  resolveAfter: patience.resolveAfter,
  keepFiringForS: patience.keepFiringForS,
  onNoData: ruleFields.onNoData,
  noDataTimeoutS: ruleFields.noDataTimeoutS,
  ...told,
});
export type BurnRateRuleConfig = z.output<typeof burnRateRuleSchema>;

/** Two windows that must both burn. Seconds. */
export interface BurnPair {
  readonly longS: number;
  readonly shortS: number;
  readonly factor: number;
  readonly recoveryFactor: number;
  readonly severity: AlertSeverity;
}

/** Shares of the budget that may be used up in the long window: of 30 days they make 14.4, 6 and 1. */
const usualPairs = [
  { longS: hourS, shortS: 300, share: 0.02, severity: 'critical' },
  { longS: 6 * hourS, shortS: 1_800, share: 0.05, severity: 'critical' },
  { longS: 3 * dayS, shortS: 6 * hourS, share: 0.1, severity: 'warning' },
] as const;
const inside = 0.9;

export function burnPairsOf({ pairs, windowDays }: Pick<BurnRateRuleConfig, 'pairs' | 'windowDays'>): readonly BurnPair[] {
  const usual = usualPairs.map(({ share, ...pair }) => ({ ...pair, factor: rounded((share * windowDays * dayS) / pair.longS) }));
  return (pairs ?? usual).map((pair: NonNullable<typeof pairs>[number]) => ({
    ...pair,
    recoveryFactor: pair.recoveryFactor ?? rounded(inside * pair.factor),
  }));
}

const rounded = (value: number) => Number(value.toPrecision(6));

/** Part of 1 that is to be good; undefined where that is no share. */
export function sloOf({ slo }: Pick<BurnRateRuleConfig, 'slo'>): number | undefined {
  const share = readMeasure(slo, 'ratio');
  return share !== undefined && share > 0 && share < 1 ? share : undefined;
}

/** A factor closer to the fastest possible than this is hardly ever exceeded. */
const reachable = 0.8;

/** What the fields do not say one by one. */
export function* burnRateProblems(rule: BurnRateRuleConfig, metric: NamedMetric): Generator<[field: string, message: string]> {
  if (metric.statistic !== 'rate' && !metric.definition?.thresholds)
    yield ['metric', 'of burn_rate is a rate, such as mcp_tool_error_rate, or a metric that is rated good or poor, such as LCP'];
  const slo = sloOf(rule);
  if (slo === undefined) return yield ['slo', 'is a share between 0 and 1, such as 99% or 0.99'];
  const fastest = rounded(1 / (1 - slo));
  for (const { longS, shortS, factor, recoveryFactor } of burnPairsOf(rule)) {
    const windows = `${longS} s and ${shortS} s`;
    if (shortS >= longS) yield ['pairs', `of ${windows}: the short window is shorter than the long one`];
    if (recoveryFactor > factor) yield ['pairs', `of ${windows}: the recoveryFactor ${recoveryFactor} is above the factor ${factor}`];
    if (factor > reachable * fastest)
      yield [
        rule.pairs ? 'pairs' : 'slo',
        `of ${windows}: the factor ${factor} would hardly ever be exceeded. An SLO of ${showMeasure(slo, 'ratio')} burns at most ${shown(fastest)} times, so a factor is at most ${shown(reachable * fastest)}`,
      ];
  }
}

const shown = (value: number) => String(Number(value.toPrecision(4)));
