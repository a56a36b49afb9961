import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Patience } from '../rules/patience.ts';
import type { Input } from './input.ts';
import { type Instance, isQuiet, unseen } from './instance.ts';
import { type StepNotice, step } from './step.ts';

const minute = 60_000;
const start = Date.UTC(2026, 4, 6, 10);

const usual: Patience = {
  ...{ intervalMs: minute, windowMs: 5 * minute, triggerAfter: 2, resolveAfter: 3, keepFiringForMs: 5 * minute },
  ...{ onNoData: 'keep', noDataTimeoutMs: 15 * minute },
};

const measured = { value: 3_000, reference: 2_500, samples: 400, lowered: null };
const inputs: Readonly<Record<string, Input>> = {
  breach: { kind: 'breach', severity: 'critical', ...measured },
  warn: { kind: 'breach', severity: 'warning', ...measured },
  /** A warning, and well as far as the critical line goes. */
  lowered: { kind: 'breach', severity: 'warning', ...measured, lowered: 'warning' },
  hold: { kind: 'hold', ...measured },
  clear: { kind: 'clear', ...measured },
  change: { kind: 'breach', severity: 'warning', ...measured, baseline: 2_000 },
  few: { kind: 'few', samples: 3 },
  empty: { kind: 'empty' },
  stale: { kind: 'stale' },
  error: { kind: 'error' },
};

/** `breach*2 clear` a minute apart. */
const read = (script: string) =>
  script
    .split(' ')
    .filter(Boolean)
    .flatMap((word) => {
      const [name = '', times = '1'] = word.split('*');
      return Array.from({ length: Number(times) }, () => inputs[name]!);
    });

interface Told extends StepNotice {
  /** Minutes after the first judgement. */
  readonly minute: number;
}

function play(script: string, patience: Partial<Patience> = {}, from: Instance = unseen) {
  let instance = from;
  const told: Told[] = [];
  const states: string[] = [];
  for (const [index, input] of read(script).entries()) {
    const next = step(instance, input, { ...usual, ...patience }, start + index * minute);
    told.push(...next.notices.map((notice) => ({ ...notice, minute: index })));
    instance = next.instance;
    states.push(instance.state);
  }
  return { instance, told: told.map(({ minute: at, kind, reason }) => [at, kind, ...(reason ? [reason] : [])].join(' ')), states };
}

describe('an instance', () => {
  it.each([
    ['hold', 'normal'],
    ['clear', 'normal'],
    ['few', 'normal'],
    ['empty', 'normal'],
    ['stale', 'normal'],
    ['error', 'normal'],
    ['breach', 'pending'],
    ['breach hold', 'normal'],
    ['breach clear', 'normal'],
    ['breach few', 'pending'],
    ['breach empty*5', 'pending'],
    ['breach empty*6', 'normal'],
    ['breach stale*20', 'pending'],
    ['breach empty stale*20', 'pending'],
    ['breach error', 'pending'],
    ['breach clear breach', 'pending'],
    ['breach few breach', 'firing'],
    ['breach*2', 'firing'],
    ['breach*2 hold', 'firing'],
    ['breach*2 clear', 'recovering'],
    ['breach*2 few*40', 'firing'],
    ['breach*2 stale*40', 'firing'],
    ['breach*2 clear hold', 'firing'],
    ['breach*2 clear breach', 'firing'],
    ['breach*2 clear few', 'recovering'],
    ['breach*2 clear stale', 'recovering'],
    ['breach*2 clear*5', 'recovering'],
    ['breach*2 clear*6', 'normal'],
  ])('after %s is %s', (script, state) => {
    expect(play(script).states.at(-1)).toBe(state);
  });

  it.each([
    ['breach', []],
    ['breach*9', ['1 trigger']],
    ['breach*2 clear*6', ['1 trigger', '7 resolve recovered']],
    // Well, but nobody could know for four minutes: they count for nothing.
    ['breach*2 clear*3 stale*4 clear*3', ['1 trigger', '11 resolve recovered']],
    ['breach*2 clear*3 hold clear*6', ['1 trigger', '11 resolve recovered']],
    ['warn*2 breach', ['1 trigger', '2 escalate']],
    ['breach*2 warn*9', ['1 trigger']],
    ['breach*2 lowered*2 breach lowered*2', ['1 trigger']],
    ['breach*2 lowered*3', ['1 trigger', '4 deescalate']],
    ['breach*2 lowered*3 breach', ['1 trigger', '4 deescalate', '5 escalate']],
    // A resolve, and eight minutes later again: the same incident.
    ['breach*2 clear*6 clear*6 breach*2', ['1 trigger', '7 resolve recovered', '15 trigger opened again']],
    ['breach*2 clear*6 clear*20 breach*2', ['1 trigger', '7 resolve recovered', '29 trigger']],
  ])('of %s says %j', (script, told) => {
    expect(play(script).told).toEqual(told);
  });

  it('counts an incident that is opened again once', () => {
    expect(play('breach*2 clear*12 breach*2').instance.episode).toBe(1);
    expect(play('breach*2 clear*30 breach*2').instance.episode).toBe(2);
  });

  it('fires at once where one breach is enough, and is well at once where one is', () => {
    expect(play('breach clear', { triggerAfter: 1, resolveAfter: 1, keepFiringForMs: 0 }).told).toEqual([
      '0 trigger',
      '1 resolve recovered',
    ]);
  });

  it('that swings around its threshold for an hour says trigger, flapping and resolve once each', () => {
    const swings = Array.from({ length: 15 }, () => 'breach*2 clear*2').join(' ');
    expect(play(`${swings} clear*40`).told).toEqual(['1 trigger', '16 update flapping', '88 resolve recovered']);
  });

  it('of a change that stays is open until what is new is usual', () => {
    const { told, instance } = play('change*500', { triggerAfter: 1 });
    expect(told.slice(0, 2)).toEqual(['0 trigger', '360 resolve new normal']);
    expect(instance.episode).toBe(1);
    expect(play('change*2').instance.baseline).toBe(2_000);
  });

  it('without data stays open, or is closed as not confirmed where the rule says so', () => {
    expect(play('breach*2 empty*60').told).toEqual(['1 trigger']);
    expect(play('breach*2 few*60', { onNoData: 'resolve' }).told).toEqual(['1 trigger', '17 resolve no data, not confirmed healthy']);
    expect(play('breach*2 few*10 stale*30 few*5', { onNoData: 'resolve' }).told).toEqual(['1 trigger']);
    expect(play('breach*2 few*10 stale*30 few*6', { onNoData: 'resolve' }).told).toHaveLength(2);
  });

  it('is judged once for each moment', () => {
    const first = step(unseen, inputs.breach!, usual, start);
    expect(step(first.instance, inputs.breach!, usual, start)).toEqual({ instance: first.instance, notices: [] });
    expect(step(first.instance, inputs.clear!, usual, start - minute)).toEqual({ instance: first.instance, notices: [] });
  });

  it('need not be remembered once nothing of it can come back', () => {
    expect(isQuiet(play('clear*5').instance)).toBe(true);
    expect(isQuiet(play('breach').instance)).toBe(false);
    expect(isQuiet(play('breach*2 clear*36').instance)).toBe(false);
    expect(isQuiet(play('breach*2 clear*37').instance)).toBe(true);
  });

  it('without data is closed at once where nobody expects any', () => {
    expect(play('breach*2 empty', { onNoData: 'forget', noDataTimeoutMs: 0 }).told).toEqual([
      '1 trigger',
      '2 resolve gone for good, no longer expected',
    ]);
  });

  it('at rest does not change because nothing comes', () => {
    expect(play('few empty few').instance).toEqual({ ...unseen, lastEvalEnd: start + 2 * minute });
  });

  it('never goes back in time, whatever it is asked', () => {
    const asked = fc.array(fc.tuple(fc.constantFrom(...Object.values(inputs)), fc.integer({ min: -3, max: 60 })), { maxLength: 60 });
    fc.assert(
      fc.property(asked, (calls) => {
        let instance: Instance = unseen;
        for (const [input, at] of calls) {
          const next = step(instance, input, usual, start + at * minute);
          expect(next.instance.lastEvalEnd).toBeGreaterThanOrEqual(instance.lastEvalEnd);
          if (start + at * minute <= instance.lastEvalEnd) expect(next).toEqual({ instance, notices: [] });
          instance = next.instance;
        }
      }),
    );
  });

  it('opens and closes in turn, whatever happens', () => {
    const names = fc.array(fc.constantFrom(...Object.keys(inputs)), { maxLength: 120 });
    fc.assert(
      fc.property(names, fc.constantFrom('keep', 'resolve', 'alert'), (script, onNoData) => {
        const { told, states } = play(script.join(' '), { onNoData });
        const turns = told.map((line) => line.split(' ')[1]).filter((kind) => kind === 'trigger' || kind === 'resolve');
        expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'trigger' : 'resolve')));
        const open = ['firing', 'recovering'].includes(states.at(-1) ?? 'normal');
        expect(turns.length % 2 === 1).toBe(open);
      }),
      { numRuns: 500 },
    );
  });
});
