import { changeBuckets } from '#contracts';
import type { MeasuredRule } from '../rules/rule.ts';

/** A part of each window, counted back from the moment that is judged: from `from` seconds before it until `to` seconds before it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const daySeconds = 86_400;

/** What a rule looks at: parts of a window, the oldest first; or windows that end at the moment, the longest first. */
export function stretchesOf(rule: MeasuredRule): readonly Stretch[] {
  switch (rule.kind) {
    case 'threshold':
      return [{ from: rule.config.windowS, to: 0 }];
    case 'change':
      return rule.compare === 'window' ? bucketsOf(rule.config.windowS) : againstOf(rule.config.windowS, shiftOf(rule));
    case 'burn_rate':
      return rule.lengths.map((from) => ({ from, to: 0 }));
    case 'absence':
      return [rule.forgetAfterS, rule.timeoutS].map((from) => ({ from, to: 0 }));
  }
}

function bucketsOf(windowS: number): Stretch[] {
  const lengthS = windowS / changeBuckets;
  return Array.from({ length: changeBuckets }, (_, i) => ({ from: windowS - i * lengthS, to: windowS - (i + 1) * lengthS }));
}

const againstOf = (windowS: number, shift: number): Stretch[] => [
  { from: windowS + shift, to: shift },
  { from: windowS, to: 0 },
];

/** Seconds between a window and what it is held against. */
function shiftOf({ compare, config }: Extract<MeasuredRule, { kind: 'change' }>): number {
  if (compare === 'previous') return config.windowS;
  return compare === 'day' ? daySeconds : 7 * daySeconds;
}
