import type { Random } from '../../../bench/random.ts';

/** What happens to a series beside its habits. Hours count from its start. */
export interface Plan {
  /** What should be found. */
  readonly change?: {
    readonly at: number;
    readonly full?: number;
    readonly size: number;
    readonly stratum?: number;
    readonly deploy?: number;
  };
  /** Added to the log of the level. */
  readonly level?: (hour: number, stratum: number) => number;
  /** Times the traffic, times the errors. */
  readonly traffic?: (hour: number, stratum: number) => number;
  readonly errors?: (hour: number) => number;
  readonly tail?: (hour: number) => number;
  readonly outliers?: (hour: number) => number;
  /** Part of the slower samples that arrive hours later. */
  readonly late?: number;
  readonly lost?: ReadonlySet<number>;
  /** Day with the shape of a weekend. */
  readonly holiday?: number;
  /** How far the level wanders within days, on the log scale. */
  readonly wander?: number;
  readonly strongNights?: true;
  readonly strongWeekend?: true;
}

interface Situation {
  readonly random: Random;
  readonly strata: readonly { readonly share: number; readonly level: number }[];
  readonly deploys: readonly number[];
  readonly hours: number;
  readonly evalFrom: number;
}

export interface Family {
  readonly name: string;
  /** How often, among all. */
  readonly weight: number;
  readonly kind: 'latency' | 'rate';
  /** Its change is a step of everything. */
  readonly step?: true;
  plan(situation: Situation): Plan;
}

const sizes = [0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];
const clear = [0.1, 0.15, 0.2, 0.3, 0.5];
const oneOf = <Value>(random: Random, values: readonly Value[]): Value => values[Math.floor(random.next() * values.length)]!;
/** A change leaves this many hours to be found in. */
const roomAfter = 40;

/** Six of ten changes come with a deploy. */
function begin({ random, deploys, hours, evalFrom }: Situation): { at: number; deploy?: number } {
  const fitting = deploys.filter((hour) => hour >= evalFrom + 4 && hour < hours - roomAfter);
  if (fitting.length > 0 && random.chance(0.6)) {
    const deploy = oneOf(random, fitting);
    return { at: deploy, deploy };
  }
  return { at: Math.floor(random.between(evalFrom + 4, hours - roomAfter)) };
}

const judged = ({ random, evalFrom, hours }: Situation, room: number) => Math.floor(random.between(evalFrom, hours - room));
const extreme = (strata: Situation['strata'], sign: 1 | -1) =>
  strata.reduce((best, { level }, i) => (sign * level > sign * strata[best]!.level ? i : best), 0);

function step(situation: Situation, size: number): Plan {
  const change = { ...begin(situation), size };
  return { change, level: (hour) => (hour >= change.at ? Math.log(1 + size) : 0) };
}

const latency = (name: string, weight: number, plan: Family['plan']): Family => ({ name, weight, kind: 'latency', plan });
const rate = (name: string, weight: number, plan: Family['plan']): Family => ({ name, weight, kind: 'rate', plan });

const changes: readonly Family[] = [
  { ...latency('step', 18, (one) => step(one, oneOf(one.random, sizes))), step: true },
  latency('step in one stratum', 7, (one) => {
    const change = { ...begin(one), size: oneOf(one.random, clear), stratum: largestOf(one, 3) };
    return { change, level: (hour, stratum) => (hour >= change.at && stratum === change.stratum ? Math.log(1 + change.size) : 0) };
  }),
  latency('step of the tail', 4, (one) => {
    const change = { ...begin(one), size: oneOf(one.random, [0.1, 0.2, 0.3, 0.5]) };
    return { change, tail: (hour) => (hour >= change.at ? change.size : 0) };
  }),
  {
    ...latency('step hidden by fast traffic', 4, (one) => {
      const { change, level } = step(one, oneOf(one.random, [0.1, 0.2, 0.3]));
      const [fast, times] = [extreme(one.strata, -1), one.random.between(2, 5)];
      return { change: change!, level: level!, traffic: (hour, stratum) => (stratum === fast && hour >= change!.at ? times : 1) };
    }),
    step: true,
  },
  latency('drift', 5, (one) => {
    const { at } = begin({ ...one, deploys: [] });
    const [length, size] = [Math.floor(one.random.between(12, 72)), oneOf(one.random, [0.1, 0.2, 0.3])];
    const change = { at, full: at + length, size };
    return { change, level: (hour) => (hour < at ? 0 : Math.log(1 + size) * Math.min(1, (hour - at + 1) / length)) };
  }),
  {
    ...rate('more errors', 4, (one) => {
      const change = { ...begin(one), size: oneOf(one.random, [0.3, 0.5, 1, 2]) };
      return { change, errors: (hour) => (hour >= change.at ? 1 + change.size : 1) };
    }),
    step: true,
  },
];

/** One of the strata with the most traffic. */
function largestOf({ random, strata }: Situation, most: number): number {
  const order = strata.map((_, i) => i).sort((one, other) => strata[other]!.share - strata[one]!.share);
  return oneOf(random, order.slice(0, most));
}

const within = (at: number, length: number, value: number) => (hour: number) => (hour >= at && hour < at + length ? value : 0);

/** Nothing of this is a regression. */
const traps: readonly Family[] = [
  latency('quiet', 30, () => ({})),
  rate('quiet errors', 4, () => ({})),
  latency('few samples', 3, () => ({})),
  latency('strong weekends', 2, () => ({ strongWeekend: true })),
  latency('strong nights', 2, () => ({ strongNights: true })),
  latency('holiday', 2, ({ random }) => ({ strongWeekend: true, holiday: 14 + Math.floor(random.between(0, 5)) })),
  latency('slow part grows', 4, (one) => {
    const [slow, at, times, length] = [extreme(one.strata, 1), judged(one, 30), one.random.between(1.5, 5), one.random.between(1, 72)];
    const grown = (hour: number) => (hour < at ? 1 : 1 + (times - 1) * Math.min(1, (hour - at) / length));
    return { traffic: (hour, stratum) => (stratum === slow ? grown(hour) : 1) };
  }),
  latency('one bad hour', 2, (one) => ({ level: within(judged(one, 1), 1, one.random.between(0.3, 1.5)) })),
  latency('two or three bad hours', 2, (one) => ({
    level: within(judged(one, 4), one.random.chance(0.5) ? 2 : 3, one.random.between(0.2, 1)),
  })),
  latency('outage', 2, (one) => ({ level: within(judged(one, 6), Math.floor(one.random.between(3, 6)), one.random.between(0.5, 2)) })),
  latency('outliers', 1, (one) => ({
    outliers: within(judged(one, 10), Math.floor(one.random.between(3, 10)), one.random.between(0.005, 0.03)),
  })),
  latency('slow after each deploy', 2, ({ random, deploys }) => {
    const bump = random.between(0.1, 0.4);
    return { level: (hour) => (deploys.some((deploy) => hour >= deploy && hour < deploy + 2) ? bump : 0) };
  }),
  latency('late rows', 2, ({ random }) => ({ late: random.between(0.1, 0.6) })),
  latency('lost hours', 2, ({ random, hours }) => {
    const lost = new Set<number>();
    for (let gap = 0; gap < 6; gap++) {
      const at = Math.floor(random.between(100, hours));
      for (let hour = at; hour < at + random.between(1, 12); hour++) lost.add(hour);
    }
    return { lost };
  }),
  latency('step before the watch', 2, ({ random, evalFrom }) => {
    const [at, size] = [evalFrom - Math.floor(random.between(12, 200)), oneOf(random, clear)];
    return { level: (hour) => (hour >= at ? Math.log(1 + size) : 0) };
  }),
  latency('wandering level', 4, ({ random }) => ({ wander: random.between(0.02, 0.04) })),
  latency('improvement', 1, (one) => {
    const [at, size] = [judged(one, 20), oneOf(one.random, [0.1, 0.2, 0.3])];
    return { level: (hour) => (hour >= at ? -Math.log(1 + size) : 0) };
  }),
  rate('burst of errors', 1, (one) => {
    const burst = within(judged(one, 5), Math.floor(one.random.between(1, 4)), one.random.between(2, 14));
    return { errors: (hour) => 1 + burst(hour) };
  }),
];

export const families: readonly Family[] = [...changes, ...traps];
