import { readMeasure, unitOf } from '#contracts';
import { stretchesOf } from '../evaluation/stretches.ts';
import type { Measured, MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import type { TestSeries } from './rule-test.ts';

const levels = { p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const;

export class SeriesInvalid extends Error {
  override readonly name = 'SeriesInvalid';
}

interface Minute {
  readonly value: number;
  readonly samples: number;
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
    const parts = stretchesOf(this.rule).map(({ from, to }) => measuredOf(this.rule, this.#minutes(end - from / 60, end - to / 60)));
    // As where the warehouse has no row at all.
    return parts.every(({ samples }) => samples === 0) ? undefined : (parts as unknown as MeasuredWindow);
  }

  /** From one to before another. */
  #minutes(from: number, to: number): Minute[] {
    return this.#series.flatMap(({ values, samples }) =>
      values.slice(Math.max(0, from), Math.max(0, to)).flatMap((value) => (value === null ? [] : [{ value, samples }])),
    );
  }
}

function measuredOf(rule: MeasuredRule, minutes: readonly Minute[]): Measured {
  const { statistic } = rule.metric;
  const sum = (of: (one: Minute) => number) => minutes.reduce((total, one) => total + of(one), 0);
  if (statistic === 'count') {
    const events = sum(({ value }) => value);
    return { value: rule.kind === 'absence' ? null : events, samples: events };
  }
  const samples = sum((one) => one.samples);
  if (samples === 0 || rule.kind === 'absence') return { value: null, samples };
  if (!isShare(rule)) return { value: quantile(minutes, levels[statistic as keyof typeof levels] * (samples - 1)), samples };
  const bad = sum((one) => Math.round(one.value * one.samples));
  return { value: bad / samples, samples, bad };
}

/** Values of its series are shares of bad events. */
const isShare = ({ kind, metric }: MeasuredRule) => kind === 'burn_rate' || metric.statistic === 'rate';

function quantile(minutes: readonly Minute[], rank: number): number {
  let before = 0;
  const sorted = minutes.toSorted((one, other) => one.value - other.value);
  for (const { value, samples } of sorted) {
    before += samples;
    if (rank < before) return value;
  }
  return sorted.at(-1)!.value;
}

function readValue(rule: MeasuredRule, written: string | null): number | null {
  if (written === null) return null;
  const value = readMeasure(written, isShare(rule) ? 'ratio' : unitOf(rule.metric));
  if (value === undefined) throw new SeriesInvalid(`${JSON.stringify(written)} is no value of ${rule.config.metric}`);
  return value;
}
