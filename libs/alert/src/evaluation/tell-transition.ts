import { unitOf } from '#contracts';
import type { AlertRecord } from '#platform';
import type { Remembered } from '../alert-book.ts';
import type { OpenIncidents } from '../incidents/open-incidents.ts';
import { type Input, isMeasuredInput } from '../instances/input.ts';
import type { Instance } from '../instances/instance.ts';
import type { Notice, NoticeMeasure } from '../notices/notice.ts';
import { lengthOf } from '../notices/notice-text.ts';
import type { Patience } from '../rules/patience.ts';
import type { MeasuredRule, Rule } from '../rules/rule.ts';
import type { Transition } from './advance.ts';

/**
 * The same for the same episode, whoever decides that it began. With its month: what a fingerprint had longer ago than it is remembered is
 * another incident.
 */
export function incidentId(fingerprint: string, { episode, firedAt }: Pick<Instance, 'episode' | 'firedAt'>): string {
  return `${fingerprint}-${new Date(firedAt!).toISOString().slice(0, 7)}-${episode}`;
}

/** What `step` was given: with it, what is stored can be checked. */
export interface Replayable {
  readonly input: Input;
  readonly patience: Patience;
  readonly before: Instance;
}

/** What a rule is to those who are told. */
export function toldRule({ id, name, config: { summary, runbookUrl } }: Rule): Notice['rule'] {
  return { id, name, ...(summary !== undefined && { summary }), ...(runbookUrl !== undefined && { runbookUrl }) };
}

/** What the incidents make of it, and the line of the journal for people. */
export function tellTransition(
  { project, rule }: { readonly project: string; readonly rule: MeasuredRule },
  transition: Transition,
  open: OpenIncidents,
): AlertRecord[] {
  const { fingerprint, labels, evalEnd, input, before, instance, notices } = transition;
  const measure = measureOf(rule, input);
  const incident = instance.episode > 0 ? incidentId(fingerprint, instance) : null;
  const known = incident === null ? undefined : open.find(incident);
  const peak = peakOf(rule, known?.peak ?? null, input);
  const { channels, notifyBy } = rule.config;
  const facts = {
    ...{ project, rule: toldRule(rule), instance: fingerprint, labels, headline: headlineOf(rule), measure, peak },
    ...(channels && { ruleChannels: channels }),
    ...(notifyBy && { notifyBy }),
    openedAt: instance.activeAt ?? evalEnd,
  };
  for (const notice of notices) open.take(incident!, notice, facts, evalEnd);
  const body = {
    ...{ incident: notices.length > 0 ? incident : null, rule: rule.id, labels, from: before.state, to: instance.state, input: input.kind },
    ...{ severity: instance.severity, measure, windowEnd: evalEnd, notices: notices.map(({ kind, reason }) => ({ kind, reason })) },
    replay: { input, patience: rule.patience, before } satisfies Replayable,
  };
  return [{ project, kind: 'transition', id: `${fingerprint}:${evalEnd}`, body: JSON.stringify(body) }];
}

/** The line of the journal for an instance whose rule is gone or about something else. */
export function tellForgotten({ project, rule, labels, instance }: Remembered['instance'], fingerprint: string, now: number): AlertRecord {
  const body = { incident: null, rule, labels, from: instance.state, to: 'normal', input: 'rule changed', severity: null, windowEnd: now };
  return { project, kind: 'transition', id: `${fingerprint}:${now}`, body: JSON.stringify({ ...body, measure: null, notices: [] }) };
}

function measureOf(rule: MeasuredRule, input: Input): NoticeMeasure | null {
  if (!isMeasuredInput(input) || rule.kind === 'absence') return null;
  const { value, reference, samples, pair } = input;
  const shared = { metric: rule.config.metric, value, reference, samples };
  if (rule.kind !== 'burn_rate') {
    const { metric, condition, config } = rule;
    return { ...shared, statistic: metric.statistic, unit: unitOf(metric), comparison: condition, windowS: config.windowS };
  }
  const { longS, shortS } = pair!;
  const burn = { shortS, slo: rule.slo };
  return { ...shared, statistic: 'burn rate', unit: null, comparison: 'above', windowS: longS, burn };
}

function headlineOf(rule: MeasuredRule): string | null {
  return rule.kind === 'absence' ? `No data of ${rule.config.metric} for ${lengthOf(rule.timeoutS * 1_000)}` : null;
}

function peakOf(rule: MeasuredRule, known: number | null, input: Input): number | null {
  if (input.kind !== 'breach' || rule.kind === 'absence') return known;
  return known === null ? input.value : worseOf(rule)(known, input.value);
}

/** Takes the worse of two values of a rule. */
export function worseOf(rule: MeasuredRule): (one: number, other: number) => number {
  const fallen = 'condition' in rule && (rule.condition === 'below' || rule.condition === 'decreasing');
  return fallen ? Math.min : Math.max;
}
