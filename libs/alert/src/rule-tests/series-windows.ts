import { changeBuckets, readMeasure, unitOf } from '#contracts';
import type { Measured, MeasuredWindow } from '../rules/judge.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import type { TestSeries } from './rule-test.ts';

const levels = { p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const;
const minutesBack = { previous: 0, day: 1_440, week: 7 * 1_440 } as const;

export class SeriesInvalid extends Error {
  override readonly name = 'SeriesInvalid';
}

/** What a rule measures of given series, as the warehouse would: all series of a set of labels together, without its 1 % of error. */
export class SeriesWindows {
  readonly #series: readonly { readonly values: readonly (number | null)[]; readonly samples: number }[];

  /** `begin`: of the first minute, seconds since 1970. */
  constructor(
    private readonly rule: MeasuredRule,
    series: readonly TestSeries[],
    private readonly begin: number,
  ) {
    this.#series = series.map(({ values, samples }) => ({ samples, values: values.map((value) => readValue(rule, value)) }));
  }

  get(moment: number): MeasuredWindow | undefined {
    const end = (moment - this.begin) / 60;
    const parts = partsOf(this.rule).map(([from, to]) => this.#measured(end - from, end - to));
    // As where the warehouse has no row at all.
    return parts.every(({ samples }) => samples === 0) ? undefined : (parts as unknown as MeasuredWindow);
  }

  /** Of the minutes from one to before another. */
  #measured(from: number, to: number): Measured {
    const found = this.#series.flatMap(({ values, samples }) =>
      values.slice(Math.max(0, from), Math.max(0, to)).flatMap((value) => (value === null ? [] : [{ value, samples }])),
    );
    const { statistic } = this.rule.metric;
    const sum = (of: (one: (typeof found)[number]) => number) => found.reduce((total, one) => total + of(one), 0);
    if (statistic === 'count') return { value: sum(({ value }) => value), samples: sum(({ value }) => value) };
    const samples = sum((one) => one.samples);
    if (samples === 0) return { value: null, samples: 0 };
    if (statistic !== 'rate') return { value: quantile(found, levels[statistic] * (samples - 1)), samples };
    const bad = sum((one) => Math.round(one.value * one.samples));
    return { value: bad / samples, samples, bad };
  }
}

/** Minutes before the moment at which each part begins and ends. */
function partsOf(rule: MeasuredRule): readonly (readonly [from: number, to: number])[] {
  const window = rule.config.windowS / 60;
  if (rule.kind === 'threshold') return [[window, 0]];
  if (rule.compare !== 'window') {
    const back = minutesBack[rule.compare] || window;
    return [
      [back + window, back],
      [window, 0],
    ];
  }
  const part = window / changeBuckets;
  return Array.from({ length: changeBuckets }, (_, i) => [window - i * part, window - (i + 1) * part] as const);
}

function quantile(found: readonly { readonly value: number; readonly samples: number }[], rank: number): number {
  let before = 0;
  const sorted = [...found].sort((one, other) => one.value - other.value);
  for (const { value, samples } of sorted) {
    before += samples;
    if (rank < before) return value;
  }
  return sorted.at(-1)!.value;
}

function readValue({ metric, config }: MeasuredRule, written: string | null): number | null {
  if (written === null) return null;
  const unit = unitOf(metric);
  const value = readMeasure(written, unit);
  if (value === undefined) throw new SeriesInvalid(`${JSON.stringify(written)} is no value of ${config.metric}`);
  return value;
}
