import {
  type AbsenceRuleConfig,
  type AlertRuleConfig,
  alertSeverities,
  type BurnRateRuleConfig,
  burnPairsOf,
  type MeasuredRuleConfig,
  readMeasure,
  readMetricName,
  type SelfRuleConfig,
  sloOf,
  unitOf,
} from '#contracts';
import { patienceOf } from './patience.ts';
import type { AbsenceRule, BurnRateRule, MeasuredRule, Rule } from './rule.ts';

/** A percentile has five events beyond it; of a rate there are 50 in the denominator. */
const usualMinSamples = { p50: 10, p75: 20, p95: 100, p99: 500, count: 0, rate: 50 } as const;
const inside = 0.1;

type Head = Pick<Rule, 'id' | 'key' | 'name' | 'scope'>;

/** A rule as those who judge need it. The schema has made sure that all of it can be read. */
export function ruleOf(config: AlertRuleConfig): Rule {
  const head = headOf(config);
  if ('condition' in config) return measuredRule(head, config);
  switch (config.kind) {
    case 'burn_rate':
      return burnRateRule(head, config);
    case 'absence':
      return absenceRule(head, config);
    case 'self':
      return { ...head, kind: 'self', config, about: config.about, severity: config.severity };
    case 'regression':
    case 'budget':
    case 'synthetic':
      return { ...head, kind: config.kind, config };
  }
}

function headOf(config: AlertRuleConfig): Head {
  const { id, name = id } = config;
  return { id, key: id, name, scope: config.kind === 'self' ? {} : scopeOf(config) };
}

function scopeOf({ app, environment, route, tool }: Exclude<AlertRuleConfig, SelfRuleConfig>): Rule['scope'] {
  return Object.fromEntries(Object.entries({ app, environment, route, tool }).filter(([, value]) => value !== undefined));
}

function measuredRule(head: Head, config: MeasuredRuleConfig): MeasuredRule {
  const metric = readMetricName(config.metric)!;
  const { condition, severity, changePercent, compare } = config;
  const minSamples = config.minSamples ?? usualMinSamples[metric.statistic];
  const shared = { ...head, config, metric, minSamples, patience: patienceOf(config, config.windowS) };
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

function burnRateRule(head: Head, config: BurnRateRuleConfig): BurnRateRule {
  const pairs = burnPairsOf(config);
  const lengths = [...new Set(pairs.flatMap(({ longS, shortS }) => [longS, shortS]))].sort((one, other) => other - one);
  return {
    ...{ ...head, kind: 'burn_rate', config, slo: sloOf(config)!, pairs, lengths },
    ...{ metric: readMetricName(config.metric)!, minSamples: config.minSamples, patience: patienceOf(config, lengths.at(-1)!) },
  };
}

function absenceRule(head: Head, config: AbsenceRuleConfig): AbsenceRule {
  const { metric, severity, noDataTimeoutS: timeoutS, forgetAfterS, minSamples } = config;
  return {
    ...{ ...head, kind: 'absence', config, severity, timeoutS, forgetAfterS, minSamples, metric: readMetricName(metric)! },
    patience: patienceOf({ ...config, ...forgotten }, timeoutS),
  };
}

/** What is out of its windows is not expected any more. */
const forgotten = { onNoData: 'forget', noDataTimeoutS: 0 } as const;
const expectedForS = 86_400;
const minuteS = 60;

/** What watches that there is something to measure, where the rule says so: an instance and an incident of their own, under the rule's id. */
export function dataRuleOf(rule: MeasuredRule): AbsenceRule | null {
  if (rule.kind === 'absence' || rule.config.onNoData !== 'alert') return null;
  const timeoutS = Math.ceil(rule.patience.noDataTimeoutMs / 1_000 / minuteS) * minuteS;
  const { id, name, scope, metric, config } = rule;
  return {
    ...{ kind: 'absence', id, key: `${id}@no-data`, name, scope, metric, config, severity: gravestOf(rule), timeoutS },
    ...{ forgetAfterS: Math.max(expectedForS, 2 * timeoutS), minSamples: Math.max(1, rule.minSamples) },
    patience: patienceOf({ ...config, triggerAfter: 1, ...forgotten }, timeoutS),
  };
}

function gravestOf(rule: Exclude<MeasuredRule, AbsenceRule>) {
  if (rule.kind !== 'burn_rate') return rule.config.severity;
  return alertSeverities.findLast((severity) => rule.pairs.some((pair) => pair.severity === severity))!;
}
