import {
  type AlertRuleConfig,
  type AlertSeverity,
  type FindingRuleConfig,
  isChange,
  type MeasuredRuleConfig,
  type NamedMetric,
  readMeasure,
  readMetricName,
  unitOf,
} from '#contracts';

export type RuleScope = Readonly<Partial<Record<'app' | 'environment' | 'route' | 'tool', string>>>;

interface NamedRule {
  readonly id: string;
  readonly name: string;
  /** As written: its metric's name may be an alias. */
  readonly config: AlertRuleConfig;
  readonly scope: RuleScope;
}

/** How long a thing must last. In milliseconds and numbers of judgements. */
export interface Patience {
  readonly intervalMs: number;
  readonly windowMs: number;
  readonly triggerAfter: number;
  readonly resolveAfter: number;
  readonly keepFiringForMs: number;
  readonly onNoData: 'keep' | 'resolve' | 'alert';
  readonly noDataTimeoutMs: number;
}

/** A line that a value must not cross, and the one behind which it is well again. */
export interface Line {
  readonly severity: AlertSeverity;
  readonly threshold: number;
  readonly recovery: number;
}

export interface ThresholdRule extends NamedRule {
  readonly kind: 'threshold';
  readonly config: MeasuredRuleConfig;
  readonly metric: NamedMetric;
  readonly condition: 'above' | 'below';
  /** The gravest first. */
  readonly lines: readonly [Line, ...Line[]];
  readonly minSamples: number;
  readonly patience: Patience;
}

export interface ChangeRule extends NamedRule {
  readonly kind: 'change';
  readonly config: MeasuredRuleConfig;
  readonly metric: NamedMetric;
  readonly condition: 'increasing' | 'decreasing';
  readonly severity: AlertSeverity;
  readonly changePercent: number;
  readonly compare: MeasuredRuleConfig['compare'];
  readonly floor: number | null;
  readonly minSamples: number;
  readonly patience: Patience;
}

/** Of what the hourly jobs and the audits find. */
export interface FindingRule extends NamedRule {
  readonly kind: FindingRuleConfig['kind'];
  readonly config: FindingRuleConfig;
}

export type MeasuredRule = ThresholdRule | ChangeRule;
export type Rule = MeasuredRule | FindingRule;

/** A percentile has five events beyond it; of a rate there are 50 in the denominator. */
const usualMinSamples = { p50: 10, p75: 20, p95: 100, p99: 500, count: 0, rate: 50 } as const;
const inside = 0.1;
const minuteMs = 60_000;

export function ruleOf(config: AlertRuleConfig): Rule {
  const { id, name = id, app, environment, route, tool } = config;
  const scope = Object.fromEntries(Object.entries({ app, environment, route, tool }).filter(([, value]) => value !== undefined));
  const head = { id, name, scope };
  return 'condition' in config ? measuredRule(head, config) : { ...head, kind: config.kind, config };
}

function measuredRule(head: Pick<NamedRule, 'id' | 'name' | 'scope'>, config: MeasuredRuleConfig): MeasuredRule {
  // The schema has made sure that it is a name.
  const metric = readMetricName(config.metric)!;
  const { condition, severity, changePercent, compare } = config;
  const minSamples = config.minSamples ?? usualMinSamples[metric.statistic];
  const shared = { ...head, config, metric, minSamples, patience: patienceOf(config) };
  const read = (given: number | string | undefined) => (given === undefined ? null : readMeasure(given, unitOf(metric))!);
  if (condition === 'increasing' || condition === 'decreasing')
    return { ...shared, kind: 'change', condition, severity, changePercent, compare, floor: read(config.floor) };
  const [threshold, warning] = [read(config.threshold)!, read(config.warningThreshold)];
  const worst = { severity, threshold, recovery: read(config.recoveryThreshold) ?? recoveryOf(condition, threshold) };
  const milder = warning === null ? [] : [{ severity: 'warning' as const, threshold: warning, recovery: recoveryOf(condition, warning) }];
  return { ...shared, kind: 'threshold', condition, lines: [worst, ...milder] };
}

function recoveryOf(condition: 'above' | 'below', threshold: number): number {
  if (threshold <= 0) return threshold;
  return threshold * (condition === 'above' ? 1 - inside : 1 + inside);
}

function patienceOf({
  windowS,
  intervalS,
  triggerAfter,
  resolveAfter,
  keepFiringForS,
  onNoData,
  noDataTimeoutS,
}: MeasuredRuleConfig): Patience {
  const windowMs = windowS * 1_000;
  return {
    ...{ intervalMs: intervalS * 1_000, windowMs, triggerAfter, resolveAfter, onNoData },
    keepFiringForMs: keepFiringForS * 1_000,
    noDataTimeoutMs: noDataTimeoutS === undefined ? Math.max(15 * minuteMs, 3 * windowMs) : noDataTimeoutS * 1_000,
  };
}

export const isMeasured = (rule: Rule): rule is MeasuredRule => 'condition' in rule.config;

/** What an incident of the rule rests on: where this changes, what is open is of another rule. Thresholds and times are not part of it. */
export function identityOf({ id, config }: Rule): string {
  const { project, metric, app, environment, route, tool } = config;
  const further =
    'condition' in config ? [config.condition, [...config.groupBy].sort(), isChange(config) ? config.compare : ''] : [config.kind];
  return JSON.stringify([id, project, metric, app, environment, route, tool, ...further]);
}
