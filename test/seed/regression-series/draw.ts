import { Random } from '../../../bench/random.ts';
import { binCounts, bins, poisson, type Shape } from './bin-counts.ts';
import { type Family, families, type Plan } from './families.ts';

/** Three weeks by the hour, of which the last is judged. A Monday begins it. */
export const span = { hours: 504, evalFrom: 336, start: '2027-01-04T00:00:00Z' } as const;

/** What was planted in a series; null: nothing that should be found. */
export interface Truth {
  readonly id: string;
  readonly family: string;
  readonly samplesPerHour: number;
  readonly change: {
    /** Hour with which it begins, and the one by which it has its full size. */
    readonly at: number;
    readonly full: number;
    /** 0.1 is 10 % slower, or 10 % more errors. */
    readonly size: number;
    readonly where: Readonly<Record<string, string>> | null;
    readonly deploy: number | null;
  } | null;
  /** A step of 10 % or more at 30 samples an hour or more: what has to be found. */
  readonly core: boolean;
}

/** One line of `beaconhouse detect`'s input. */
export interface SeriesLine {
  readonly id: string;
  readonly kind: 'latency' | 'rate';
  readonly strata: readonly object[];
  readonly deploys: readonly { readonly hour: number; readonly version: string }[];
  readonly [field: string]: unknown;
}

/** A labelled draw: the same seed, the same series. */
export function* makeDraw(seed: number, series = 655): Generator<{ readonly line: SeriesLine; readonly truth: Truth }> {
  const random = new Random(seed * 7_919 + 13);
  for (let number = 0; number < series; number++) yield makeSeries(random, `${seed}-${number}`);
}

interface Stratum {
  readonly key: Readonly<Record<string, string>>;
  readonly share: number;
  readonly level: number;
  /** Of its error rate, beside the series' own. */
  readonly errors: number;
}

function makeSeries(random: Random, id: string) {
  const family = pickFamily(random);
  const strata = makeStrata(random);
  const deploys = makeDeploys(random);
  const samplesPerHour =
    family.name === 'few samples' || random.chance(0.1) ? random.between(1, 8) : Math.exp(random.between(Math.log(10), Math.log(3_000)));
  const plan = family.plan({ random, strata, deploys, ...span });
  const rate = family.kind === 'rate';
  const filled = fill(random, plan, { strata, samplesPerHour, rate });
  const change = plan.change ?? null;
  const where = change?.stratum === undefined ? null : strata[change.stratum]!.key;
  const truth: Truth = {
    ...{ id, family: family.name, samplesPerHour },
    change: change && { at: change.at, full: change.full ?? change.at, size: change.size, where, deploy: change.deploy ?? null },
    core: change !== null && family.step === true && change.size >= 0.1 && samplesPerHour >= 30,
  };
  const line: SeriesLine = {
    ...{ id, kind: rate ? 'rate' : 'latency', metric: rate ? 'errors' : 'lcp', q: 0.75 },
    ...{ t0: span.start, hours: span.hours, eval_from: span.evalFrom, bin: bins, dims: ['device', 'country'], strata: filled },
    deploys: deploys.map((hour, i) => ({ hour, version: `v${i + 1}` })),
  };
  return { line, truth };
}

function pickFamily(random: Random): Family {
  const at = random.next() * families.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const family of families) {
    passed += family.weight;
    if (at < passed) return family;
  }
  return families[0]!;
}

function makeStrata(random: Random): Stratum[] {
  const countries = random.pick(
    [
      ['US', 'IN', 'DE'],
      ['US', 'IN'],
      ['US', 'BR', 'JP', 'DE'],
    ],
    0.6,
  );
  const strata = ['mobile', 'desktop'].flatMap((device) =>
    countries.map((country) => ({
      key: { device, country },
      share: random.duration(1, 0.8),
      level: (device === 'mobile' ? 0.3 : 0) + Math.log(random.duration(1, 0.25)),
      errors: random.duration(1, 0.4),
    })),
  );
  const all = strata.reduce((sum, { share }) => sum + share, 0);
  return strata.map((stratum) => ({ ...stratum, share: stratum.share / all }));
}

function makeDeploys(random: Random): number[] {
  const deploys: number[] = [];
  for (let hour = random.between(8, 60); hour < span.hours; hour += random.between(24, 110)) deploys.push(Math.floor(hour));
  return deploys;
}

/** How the level moves by itself: by the hour of the day, at weekends, and from hour to hour. */
function levels(random: Random, plan: Plan): number[] {
  const day = { size: random.between(0, plan.strongNights ? 0.35 : 0.12), phase: random.between(0, 24) };
  const half = random.between(0, 0.04);
  const weekend = plan.strongWeekend ? random.between(0.08, 0.2) * (random.chance(0.5) ? 1 : -1) : random.between(-0.04, 0.04);
  const noise = { lasting: random.between(0.004, 0.02), memory: random.between(0.3, 0.92), white: random.between(0.002, 0.015) };
  const heavy = random.chance(0.3);
  const normal = () => Math.log(random.duration(1, 1));
  let [lasting, slow] = [0, 0];
  return Array.from({ length: span.hours }, (_, hour) => {
    const angle = (2 * Math.PI * (hour - day.phase)) / 24;
    const jolt = heavy && random.chance(0.05) ? 3 : 1;
    lasting = noise.memory * lasting + Math.sqrt(1 - noise.memory ** 2) * noise.lasting * normal() * jolt;
    slow = 0.985 * slow + Math.sqrt(1 - 0.985 ** 2) * (plan.wander ?? 0) * normal();
    return (
      day.size * Math.sin(angle) +
      half * Math.sin(2 * angle) +
      (isWeekend(hour, plan) ? weekend : 0) +
      lasting +
      slow +
      noise.white * normal()
    );
  });
}

function isWeekend(hour: number, plan: Plan): boolean {
  const day = Math.floor(hour / 24);
  return day % 7 >= 5 || day === plan.holiday;
}

interface Filling {
  readonly strata: readonly Stratum[];
  readonly samplesPerHour: number;
  readonly rate: boolean;
}

function fill(random: Random, plan: Plan, { strata, samplesPerHour, rate }: Filling): object[] {
  const level = levels(random, plan);
  const base = Math.log(random.between(100, 3_000));
  const shape: Shape = { spread: random.between(0.35, 0.8), slow: random.chance(0.4) ? random.between(0.05, 0.2) : 0, slowBy: 1.1 };
  const swing = random.between(0.2, 0.8);
  const phase = random.between(0, 24);
  const errorRate = Math.exp(random.between(Math.log(0.004), Math.log(0.06)));
  const trafficAt = (hour: number) =>
    samplesPerHour *
    Math.exp(swing * Math.sin((2 * Math.PI * (hour - phase)) / 24)) *
    (isWeekend(hour, plan) ? 0.6 : 1) *
    random.duration(1, 0.05);
  const traffic = level.map((_, hour) => trafficAt(hour));
  return strata.map((stratum, place) => {
    const hours = level.map((shift, hour) => {
      const samples = traffic[hour]! * stratum.share * (plan.traffic?.(hour, place) ?? 1);
      if (plan.lost?.has(hour)) return { cells: null, late: [] };
      if (rate) return { calls: callsOf(random, samples, errorRate * stratum.errors * Math.exp(2 * shift) * (plan.errors?.(hour) ?? 1)) };
      const median = base + stratum.level + shift + (plan.level?.(hour, place) ?? 0);
      const cells = binCounts(random, samples, { ...shape, median, tail: plan.tail?.(hour) ?? 0, outliers: plan.outliers?.(hour) ?? 0 });
      return split(random, cells, median, plan.late ?? 0);
    });
    if (rate)
      return {
        key: stratum.key,
        n: hours.map((hour) => ('calls' in hour ? hour.calls.n : null)),
        k: hours.map((hour) => ('calls' in hour ? hour.calls.k : null)),
      };
    const known = hours.flatMap((hour, i) =>
      'late' in hour && hour.late.length > 0 ? [[i, 1 + Math.floor(random.next() * 4), hour.late]] : [],
    );
    return { key: stratum.key, h: hours.map((hour) => ('cells' in hour ? hour.cells : null)), ...(known.length > 0 && { late: known }) };
  });
}

function callsOf(random: Random, samples: number, share: number): { n: number; k: number } {
  const n = poisson(random, samples);
  return { n, k: Math.min(n, poisson(random, n * Math.min(0.9, share))) };
}

/** The slower part of an hour arrives late. */
function split(random: Random, cells: ReadonlyMap<number, number>, median: number, share: number) {
  const [now, late]: [number[], number[]] = [[], []];
  for (const [bin, count] of cells) {
    const slow = bin * Math.log(bins.gamma) > median + 0.2;
    const behind = share > 0 && slow ? Math.min(count, poisson(random, count * share)) : 0;
    if (count > behind) now.push(bin, count - behind);
    if (behind > 0) late.push(bin, behind);
  }
  return { cells: now, late };
}
