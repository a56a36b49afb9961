import { type AlertSeverity, type BurnPair, isGraver } from '#contracts';
import type { Input } from '../instances/input.ts';
import type { Measured, MeasuredWindow } from './measured.ts';
import type { BurnRateRule } from './rule.ts';

/** How a pair of windows burns. */
interface Burning {
  readonly pair: BurnPair;
  /** In the window that burns less, so that both burn at least so fast; null where one of them cannot say. */
  readonly rate: number | null;
  readonly samples: number;
}

/**
 * Of pairs whose long window has enough events. One of them whose short window has none leaves it open what is true now: nothing is well then.
 * `fewestBad`: bad events under which a share is no rate.
 */
export function judgeBurn(rule: BurnRateRule, window: MeasuredWindow, fewestBad: number): Input {
  const most = Math.max(...window.map(({ samples }) => samples));
  const burning = rule.pairs.flatMap((pair) => burningOf(rule, pair, window, fewestBad) ?? []);
  const known = burning.flatMap(({ rate, ...rest }) => (rate === null ? [] : [{ ...rest, rate }]));
  const nearest = known.toSorted((one, other) => other.rate / other.pair.factor - one.rate / one.pair.factor);
  const broken = nearest.filter(({ rate, pair }) => rate > pair.factor).sort((one, other) => graverFirst(one.pair, other.pair));
  const told = broken[0] ?? nearest[0];
  if (told === undefined || (broken.length === 0 && known.length < burning.length)) return { kind: 'few', samples: most };
  const { rate, pair, samples } = told;
  const measured = { value: Number(rate.toPrecision(6)), reference: pair.factor, samples, pair, lowered: loweredTo(rule, burning) };
  if (broken.length > 0) return { kind: 'breach', severity: pair.severity, ...measured };
  return { kind: known.every(isWell) ? 'clear' : 'hold', ...measured };
}

function burningOf({ lengths, slo, minSamples }: BurnRateRule, pair: BurnPair, window: MeasuredWindow, fewestBad: number): Burning | null {
  const [long, short] = [window[lengths.indexOf(pair.longS)]!, window[lengths.indexOf(pair.shortS)]!];
  if (long.samples < minSamples) return null;
  const rate = ({ value }: Measured) => (value === null ? null : value / (1 - slo));
  const [slow, fast] = [rate(long), rate(short)];
  const least = slow === null || fast === null ? null : Math.min(slow, fast);
  const doubtful = least !== null && least > pair.factor && long.bad! < fewestBad;
  return { pair, rate: doubtful ? null : least, samples: long.samples };
}

const isWell = ({ rate, pair }: Pick<Burning, 'rate' | 'pair'>) => rate !== null && rate < pair.recoveryFactor;
const graverFirst = (one: BurnPair, other: BurnPair) =>
  isGraver(other.severity, one.severity) ? 1 : isGraver(one.severity, other.severity) ? -1 : 0;

/** The gravest severity of which a pair is not well; null where the gravest of all is not, or there is but one. */
function loweredTo({ pairs }: BurnRateRule, burning: readonly Burning[]): AlertSeverity | null {
  const sorted = [...new Set(pairs.toSorted(graverFirst).map(({ severity }) => severity))];
  const [gravest, ...milder] = sorted;
  const unwell = burning.filter((one) => !isWell(one)).map(({ pair }) => pair.severity);
  if (milder.length === 0 || unwell.includes(gravest!)) return null;
  return milder.find((severity) => unwell.includes(severity)) ?? milder.at(-1)!;
}
