import type {
  AbsenceRuleConfig,
  AlertRuleConfig,
  AlertSeverity,
  BurnPair,
  BurnRateRuleConfig,
  FindingRuleConfig,
  HouseTrouble,
  MeasuredRuleConfig,
  NamedMetric,
  SelfRuleConfig,
} from '#contracts';
import type { Patience } from './patience.ts';

export type RuleScope = Readonly<Partial<Record<'app' | 'environment' | 'route' | 'tool', string>>>;

interface NamedRule {
  readonly id: string;
  /** By which its instances are known: its id, or that of its parent and what it watches of it. */
  readonly key: string;
  readonly name: string;
  /** As written: its metric's name may be an alias. */
  readonly config: AlertRuleConfig;
  readonly scope: RuleScope;
}

interface WatchedBy extends NamedRule {
  readonly metric: NamedMetric;
  /** Events under which nothing is judged. */
  readonly minSamples: number;
  readonly patience: Patience;
}

/** A line that a value must not cross, and the one behind which it is well again. */
interface Line {
  readonly severity: AlertSeverity;
  readonly threshold: number;
  readonly recovery: number;
}

export interface ThresholdRule extends WatchedBy {
  readonly kind: 'threshold';
  readonly config: MeasuredRuleConfig;
  readonly condition: 'above' | 'below';
  /** The gravest first. */
  readonly lines: readonly [Line, ...Line[]];
}

export interface ChangeRule extends WatchedBy {
  readonly kind: 'change';
  readonly config: MeasuredRuleConfig;
  readonly condition: 'increasing' | 'decreasing';
  readonly severity: AlertSeverity;
  readonly changePercent: number;
  readonly compare: MeasuredRuleConfig['compare'];
  readonly floor: number | null;
}

export interface BurnRateRule extends WatchedBy {
  readonly kind: 'burn_rate';
  readonly config: BurnRateRuleConfig;
  /** Part of 1 that is to be good. */
  readonly slo: number;
  readonly pairs: readonly BurnPair[];
  /** Of its windows, the longest first, each once. Seconds. */
  readonly lengths: readonly number[];
}

/** Also of what another rule measures, where that rule says so. */
export interface AbsenceRule extends WatchedBy {
  readonly kind: 'absence';
  readonly config: AbsenceRuleConfig | MeasuredRuleConfig | BurnRateRuleConfig;
  readonly severity: AlertSeverity;
  readonly timeoutS: number;
  readonly forgetAfterS: number;
}

/** Of what the hourly jobs and the audits find. */
export interface FindingRule extends NamedRule {
  readonly kind: FindingRuleConfig['kind'];
  readonly config: FindingRuleConfig;
}

/** How trouble of the house is told. */
export interface SelfRule extends NamedRule {
  readonly kind: 'self';
  readonly config: SelfRuleConfig;
  readonly about: HouseTrouble;
  readonly severity: AlertSeverity;
}

export type MeasuredRule = ThresholdRule | ChangeRule | BurnRateRule | AbsenceRule;
export type Rule = MeasuredRule | FindingRule | SelfRule;

export const isMeasured = (rule: Rule): rule is MeasuredRule => 'metric' in rule;
