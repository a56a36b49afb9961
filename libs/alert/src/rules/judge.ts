import type { Input } from '../instances/input.ts';
import { judgeBurn } from './judge-burn.ts';
import type { Measured, MeasuredWindow } from './measured.ts';
import type { AbsenceRule, ChangeRule, MeasuredRule, ThresholdRule } from './rule.ts';

/** Two of four events are no error rate. */
const fewestBad = 3;

/**
 * What a window says to a rule. `baseline`: what a change of this instance was first measured against, null where it is not firing. Without
 * a window nothing was measured at all.
 */
export function judge(rule: MeasuredRule, window: MeasuredWindow | undefined, baseline: number | null): Input {
  if (!window || window.every(({ samples }) => samples === 0)) {
    // To count nothing is a measurement.
    if (rule.metric.statistic !== 'count' || !window) return { kind: 'empty' };
  }
  switch (rule.kind) {
    case 'threshold':
      return judgeThreshold(rule, window.at(-1)!);
    case 'change':
      return judgeChange(rule, window, baseline);
    case 'burn_rate':
      return judgeBurn(rule, window, fewestBad);
    case 'absence':
      return judgeAbsence(rule, window);
  }
}

/** Of what came often enough to be missed. Times in seconds. */
function judgeAbsence({ severity, timeoutS, minSamples }: AbsenceRule, [expected, recent]: MeasuredWindow): Input {
  const measured = { reference: timeoutS, samples: expected.samples, lowered: null };
  if (recent!.samples > 0) return { kind: 'clear', value: 0, ...measured };
  if (expected.samples < minSamples) return { kind: 'few', samples: expected.samples };
  return { kind: 'breach', severity, value: timeoutS, ...measured };
}

function judgeThreshold(rule: ThresholdRule, { value, samples, bad = fewestBad }: Measured): Input {
  if (value === null || samples < rule.minSamples) return { kind: 'few', samples };
  const sign = rule.condition === 'above' ? 1 : -1;
  const worst = rule.lines[0];
  const mildest = rule.lines.at(-1)!;
  const lowered = mildest !== worst && beyond(value, worst.recovery, worst.threshold, sign) ? mildest.severity : null;
  const broken = rule.lines.find(({ threshold }) => sign * value > sign * threshold);
  if (broken) {
    if (bad < fewestBad) return { kind: 'few', samples };
    return { kind: 'breach', severity: broken.severity, value, reference: broken.threshold, samples, lowered };
  }
  const clear = beyond(value, mildest.recovery, mildest.threshold, sign);
  return { kind: clear ? 'clear' : 'hold', value, reference: mildest.threshold, samples, lowered };
}

/** Where both lines are one, what does not break it is well. */
function beyond(value: number, recovery: number, threshold: number, sign: number): boolean {
  return recovery === threshold ? sign * value <= sign * threshold : sign * value < sign * recovery;
}

function judgeChange(rule: ChangeRule, window: MeasuredWindow, baseline: number | null): Input {
  const samples = window.reduce((sum, part) => sum + part.samples, 0);
  const known = window.flatMap(({ value, samples: n }) => (value !== null && n >= rule.minSamples ? [value] : []));
  const last = known.at(-1);
  // What is held against another time needs that time and this one.
  const enough = rule.compare === 'window' ? known.length >= 2 : known.length === window.length;
  if (last === undefined || (baseline === null && !enough)) return { kind: 'few', samples };
  const first = baseline ?? known[0]!;
  if (first <= 0) return { kind: 'few', samples };
  const sign = rule.condition === 'increasing' ? 1 : -1;
  const percent = (100 * sign * (last - first)) / first;
  const measured = { value: last, reference: first, samples, lowered: null };
  // Of what falls it matters where it came from.
  const counts = rule.floor === null || (sign > 0 ? last : first) > rule.floor;
  if (percent > rule.changePercent && counts) return { kind: 'breach', severity: rule.severity, ...measured, baseline: first };
  return { kind: percent <= rule.changePercent / 2 || !counts ? 'clear' : 'hold', ...measured };
}
