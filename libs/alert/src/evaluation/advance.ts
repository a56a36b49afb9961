import { createHash } from 'node:crypto';
import type { Input } from '../instances/input.ts';
import { type Instance, type InstanceState, unseen } from '../instances/instance.ts';
import { type StepNotice, step } from '../instances/step.ts';
import { judge } from '../rules/judge.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { type LabelledWindows, labelText } from './labelled-windows.ts';

/** An instance and what it is about. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly instance: Instance;
}

/** One judgement that changed something. Times are milliseconds since 1970. */
export interface Transition {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly evalEnd: number;
  readonly input: Input;
  readonly from: InstanceState;
  readonly instance: Instance;
  readonly notices: readonly StepNotice[];
}

export interface Advanced {
  readonly transitions: readonly Transition[];
  /** As they are after the last moment, by fingerprint; those that were never more than normal are left out. */
  readonly instances: ReadonlyMap<string, Labelled>;
}

/** Of the key of one rule and one set of labels, for ever: never of a severity, a value or a threshold, which change while it lasts. */
export function fingerprintOf(project: string, key: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([project, key, sorted]))
    .digest('hex')
    .slice(0, 32);
}

export interface AdvanceRequest {
  readonly project: string;
  readonly rule: MeasuredRule;
  readonly windows: ReadonlyMap<string, LabelledWindows>;
  /** Of this rule, by fingerprint. */
  readonly known: ReadonlyMap<string, Labelled>;
  /** In their order, seconds since 1970. */
  readonly moments: readonly number[];
  /** The moments before the first of these were never judged: what happened in them nobody knows. */
  readonly afterGap: boolean;
}

/** What a rule makes of what was measured, moment by moment: live, when moments are made up for, and in a backtest. */
export function advance({ project, rule, windows, known, moments, afterGap }: AdvanceRequest): Advanced {
  const sets = new Map([...windows.values()].map(({ labels }) => [fingerprintOf(project, rule.key, labels), labels]));
  for (const [fingerprint, { labels }] of known) sets.set(fingerprint, labels);
  const transitions: Transition[] = [];
  const instances = new Map<string, Labelled>();
  for (const [fingerprint, labels] of sets) {
    const measured = windows.get(labelText(labels))?.windows;
    let instance = known.get(fingerprint)?.instance ?? unseen;
    const [first] = moments;
    if (afterGap && first !== undefined)
      instance = step(instance, { kind: 'stale' }, rule.patience, first * 1_000 - rule.patience.intervalMs).instance;
    for (const moment of moments) {
      const evalEnd = moment * 1_000;
      const input = judge(rule, measured?.get(moment), instance.baseline);
      const next = step(instance, input, rule.patience, evalEnd);
      if (matters(instance, next.instance))
        transitions.push({ fingerprint, labels, evalEnd, input, from: instance.state, instance: next.instance, notices: next.notices });
      instance = next.instance;
    }
    if (known.has(fingerprint) || instance.state !== 'normal' || instance.episode > 0) instances.set(fingerprint, { labels, instance });
  }
  return { transitions: transitions.sort((one, other) => one.evalEnd - other.evalEnd), instances };
}

/** That it was judged again and is as it was is nothing to remember. */
export function matters(before: Instance, after: Instance): boolean {
  return JSON.stringify({ ...before, lastEvalEnd: 0 }) !== JSON.stringify({ ...after, lastEvalEnd: 0 });
}
