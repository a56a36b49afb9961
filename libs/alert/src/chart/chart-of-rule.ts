import { changeBuckets, showMeasure, unitOf } from '#contracts';
import { lengthOf } from '../notices/notice-text.ts';
import type { ChangeRule, ThresholdRule } from '../rules/rule.ts';
import type { ChartLine, ChartPicture } from './chart-picture.ts';
import type { ChartRange, ChartValues } from './chart-question.ts';
import type { DrawnRule } from './drawn-rule.ts';

/** What is known of an incident of a rule. Times are milliseconds since 1970. */
export interface ChartSubject {
  readonly labels: Readonly<Record<string, string>>;
  readonly openedAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** Of a change: where it came from. */
  readonly baseline: number | null;
  readonly deploy?: { readonly release: string; readonly at: number } | undefined;
}

/** What was measured, with the lines that the rule holds it against. */
export function chartOfRule(rule: DrawnRule, subject: ChartSubject, range: ChartRange, { points, before }: ChartValues): ChartPicture {
  const { firedAt, resolvedAt, deploy, labels } = subject;
  const about = { ...rule.scope, ...labels };
  return {
    title: rule.name,
    detail: Object.entries(about)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    ...{ statistic: statisticText(rule), unit: unitOf(rule.metric), from: range.from * 1_000, to: range.to * 1_000, points },
    ...(before && { before: { points: before, label: beforeText(rule) } }),
    lines: rule.kind === 'threshold' ? thresholdLines(rule) : changeLines(rule, subject.baseline),
    worse: rule.condition === 'above' || rule.condition === 'increasing' ? 'above' : 'below',
    // It was found a moment after the minute that broke the rule.
    ...(firedAt !== null && { firedAt: Math.min(firedAt, range.to * 1_000) }),
    ...(resolvedAt !== null && { resolvedAt }),
    ...(deploy && { deploys: [deploy] }),
  };
}

/** `mcp_tool_duration p95 over 5 min`. */
function statisticText({ metric, config, kind, ...rule }: DrawnRule): string {
  const inParts = kind === 'change' && 'compare' in rule && rule.compare === 'window';
  const seconds = inParts ? config.windowS / changeBuckets : config.windowS;
  return `${metric.definition?.title ?? metric.name}, ${metric.statistic} over ${lengthOf(seconds * 1_000)}`;
}

function beforeText(rule: DrawnRule): string {
  const compare = rule.kind === 'change' ? rule.compare : 'window';
  return { window: '', previous: 'window before', day: 'a day before', week: 'a week before' }[compare];
}

function thresholdLines({ lines, condition, metric }: ThresholdRule): ChartLine[] {
  return lines.map(({ severity, threshold }) => ({
    value: threshold,
    label: `${severity} ${condition === 'above' ? '>' : '<'} ${showMeasure(threshold, unitOf(metric))}`,
    tone: toneOf(severity),
  }));
}

/** Without a baseline it is not known where it broke. The time before has a curve of its own where the rule compares two times. */
function changeLines({ condition, changePercent, severity, compare, metric }: ChangeRule, baseline: number | null): ChartLine[] {
  if (baseline === null) return [];
  const sign = condition === 'increasing' ? 1 : -1;
  const broken = baseline * (1 + (sign * changePercent) / 100);
  const shown = (value: number) => showMeasure(value, unitOf(metric));
  return [
    { value: broken, label: `${sign > 0 ? '+' : '-'}${changePercent} %: ${shown(broken)}`, tone: toneOf(severity) },
    ...(compare === 'window' ? [{ value: baseline, label: `before: ${shown(baseline)}`, tone: 'reference' as const }] : []),
  ];
}

const toneOf = (severity: 'critical' | 'warning' | 'info') => (severity === 'critical' ? 'critical' : 'warning');
