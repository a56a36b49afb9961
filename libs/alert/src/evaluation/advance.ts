import { createHash } from 'node:crypto';
import type { Input } from '../instances/input.ts';
import { type Instance, unseen } from '../instances/instance.ts';
import { type StepNotice, step } from '../instances/step.ts';
import { judge } from '../rules/judge.ts';
import type { MeasuredWindow } from '../rules/measured.ts';
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
  readonly before: Instance;
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
  readonly windows: ReadonlyMap<string, LabelledWindows<Pick<ReadonlyMap<number, MeasuredWindow>, 'get'>>>;
  /** Of this rule, by fingerprint. */
  readonly known: ReadonlyMap<string, Labelled>;
  /** In their order, seconds since 1970. */
  readonly moments: readonly number[];
  /** The moments before the first of these were never judged: what happened in them nobody knows. */
  readonly afterGap: boolean;
  /** Hears of every judgement, also of those that change nothing. */
  readonly onJudged?: (fingerprint: string, input: Input, instance: Instance) => void;
}

/** What a rule makes of what was measured, moment by moment: live, when moments are made up for, and in a backtest. */
export function advance({ project, rule, windows, known, moments, afterGap, onJudged }: AdvanceRequest): Advanced {
  const sets = new Map([...windows.values()].map(({ labels }) => [fingerprintOf(project, rule.key, labels), labels]));
  for (const [fingerprint, { labels }] of known) sets.set(fingerprint, labels);
  const transitions: Transition[] = [];
  const instances = new Map<string, Labelled>();
  for (const [fingerprint, labels] of sets) {
    const measured = windows.get(labelText(labels))?.windows;
    let instance = known.get(fingerprint)?.instance ?? unseen;
    const take = (evalEnd: number, input: Input) => {
      const before = instance;
      const next = step(before, input, rule.patience, evalEnd);
      instance = next.instance;
      if (matters(before, instance)) transitions.push({ fingerprint, labels, evalEnd, input, before, instance, notices: next.notices });
    };
    const [first] = moments;
    if (afterGap && first !== undefined) take(first * 1_000 - rule.patience.intervalMs, { kind: 'stale' });
    for (const moment of moments) {
      const input = judge(rule, measured?.get(moment), instance.baseline);
      take(moment * 1_000, input);
      onJudged?.(fingerprint, input, instance);
    }
    if (known.has(fingerprint) || instance.state !== 'normal' || instance.episode > 0) instances.set(fingerprint, { labels, instance });
  }
  return { transitions: transitions.sort((one, other) => one.evalEnd - other.evalEnd), instances };
}

/** All that an instance is but for when it was last judged. */
const remembered = Object.keys({
  ...{ state: true, severity: true, activeAt: true, firedAt: true, breachCount: true, clearCount: true, loweredCount: true },
  ...{ clearSince: true, quietSince: true, baseline: true, episode: true, resolvedAt: true, returns: true, flapping: true },
} satisfies Record<Exclude<keyof Instance, 'lastEvalEnd'>, true>) as Exclude<keyof Instance, 'lastEvalEnd'>[];

/** That it was judged again and is as it was is nothing to remember. */
export function matters(before: Instance, after: Instance): boolean {
  return remembered.some((name) => before[name] !== after[name] && !(name === 'returns' && sameMoments(before.returns, after.returns)));
}

const sameMoments = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((moment, i) => moment === other[i]);
