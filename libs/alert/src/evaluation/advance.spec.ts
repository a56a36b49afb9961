import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import type { Measured, MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { advance, type Labelled, type Transition } from './advance.ts';
import { type LabelledWindows, labelText } from './labelled-windows.ts';

const start = Date.UTC(2026, 4, 6, 10) / 1_000;
const minuteS = 60;

/** What may be measured in a minute: nothing, too little, something well, between the lines, a warning, grave. */
const measures: readonly (Measured | undefined)[] = [
  undefined,
  { value: 9_000, samples: 3 },
  ...[1_000, 1_400, 2_000, 3_000].map((value) => ({ value, samples: 400 })),
];
const series = fc.array(fc.constantFrom(...measures), { minLength: 1, maxLength: 90 });

function windowsOf(sets: readonly (readonly (Measured | undefined)[])[]): Map<string, LabelledWindows> {
  return new Map(
    sets.map((values, index) => {
      const labels = { tool: `t${index}` };
      const windows = values.flatMap((value, i) => (value ? [[start + i * minuteS, [value] as MeasuredWindow] as const] : []));
      return [labelText(labels), { labels, windows: new Map(windows) }];
    }),
  );
}

/** As a service does that was busy and makes up for several minutes at once: `sizes` minutes at a time. */
function play(rule: MeasuredRule, windows: ReadonlyMap<string, LabelledWindows>, count: number, sizes: readonly number[]) {
  let known: ReadonlyMap<string, Labelled> = new Map();
  const transitions: Transition[] = [];
  for (let done = 0, call = 0; done < count; call++) {
    const size = Math.min(count - done, sizes[call % sizes.length]!);
    const moments = Array.from({ length: size }, (_, i) => start + (done + i) * minuteS);
    const advanced = advance({ project: 'shop', rule, windows, known, moments, afterGap: false });
    transitions.push(...advanced.transitions);
    known = advanced.instances;
    done += size;
  }
  const state = (one: Labelled) => ({ ...one.instance, lastEvalEnd: 0 });
  return {
    transitions: transitions.map((one) => ({ ...one, before: state({ ...one, instance: one.before }), instance: state(one) })),
    // One that is at rest and never opened anything need not be there.
    instances: [...known]
      .map(([id, one]) => [id, state(one)] as const)
      .filter(([, { state: at, episode }]) => at !== 'normal' || episode > 0),
  };
}

it('comes to the same whether minutes are judged one by one or made up for', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(series, series, sizes, fc.constantFrom('keep', 'resolve', 'alert'), (one, other, chunks, onNoData) => {
      const config = alertRuleSchema.parse({
        ...{
          id: 'r',
          metric: 'mcp_tool_duration_p95',
          condition: 'above',
          threshold: 2_500,
          warningThreshold: 1_500,
          severity: 'critical',
        },
        ...{ groupBy: ['tool'], onNoData },
      });
      const rule = ruleOf(config as AlertRuleConfig) as MeasuredRule;
      const windows = windowsOf([one, other]);
      const count = Math.max(one.length, other.length);
      const told = (played: ReturnType<typeof play>) =>
        played.transitions.toSorted((a, b) => (a.fingerprint + a.evalEnd < b.fingerprint + b.evalEnd ? -1 : 1));
      const [whole, parts] = [play(rule, windows, count, [count]), play(rule, windows, count, chunks)];
      expect(told(parts)).toEqual(told(whole));
      expect(new Map(parts.instances)).toEqual(new Map(whole.instances));
    }),
    { numRuns: 300 },
  );
});
