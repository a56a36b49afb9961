import type { Unit } from '#contracts';
import type { ChartLine } from './chart-picture.ts';

export interface ValueAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** Tick steps and the least stretch of values that is drawn over the whole height. */
const smallest: Readonly<Record<Unit, number>> = { ms: 1, bytes: 1, count: 1, ratio: 0.001, score: 0.01 };
/** Of metrics without a unit: below it steps are no longer told apart, and in the end they are 0. */
const smallestPlain = 1e-12;
const mantissas = [1, 2, 5, 10];
const wantedSteps = 4;
/** A value so many times above all lines and nearly all values is drawn at the edge, so that the rest can be read. */
const ceilingFactor = 10;
/** Of the largest: three digits tell the ticks of a narrower stretch not apart. */
const leastStretch = 0.05;
/** Where all values and lines lie above so much of the largest, the axis does not begin at zero. */
const highUp = 0.75;

/** Holds all values and the lines that break something; what is only shown must fit in. Without values and lines it is null. */
export function valueAxis(values: readonly number[], lines: readonly ChartLine[], unit: Unit | null): ValueAxis | null {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other);
  const breaking = lines.filter(({ tone }) => tone !== 'reference').map(({ value }) => value);
  if (sorted.length === 0 && breaking.length === 0) return null;
  const usual = Math.max(...breaking, sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0);
  const ceiling = usual > 0 ? ceilingFactor * usual : Number.POSITIVE_INFINITY;
  const all = [...sorted.map((value) => Math.min(value, ceiling)), ...breaking];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  // What is held against a line far from zero is read best around it.
  const bottom = breaking.length > 0 && low > highUp * high && low > 0 ? low : Math.min(0, low);
  const least = Math.max(Math.abs(high) * leastStretch, unit === null ? smallestPlain : smallest[unit]);
  const stretch = Math.max(high - bottom, least) || 1;
  const step = stepOf(stretch / wantedSteps, high, unit);
  return bottom > 0 ? axisOver(high - stretch, high, step) : axisOver(bottom, bottom + stretch, step);
}

/** From tick to tick. */
function axisOver(bottom: number, top: number, step: number): ValueAxis {
  // What was computed may miss its tick by less than anybody sees.
  const first = Math.floor(bottom / step + 1e-9);
  const last = Math.ceil(top / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { from: ticks[0]!, to: ticks.at(-1)!, ticks };
}

/** 1, 2 or 5 of a power of ten, or of the unit that so many bytes are shown in. */
function stepOf(least: number, high: number, unit: Unit | null): number {
  const scale = unit !== 'bytes' || high < 1_024 ? 1 : high < 1_048_576 ? 1_024 : 1_048_576;
  const power = 10 ** Math.floor(Math.log10(least / scale));
  const mantissa = mantissas.find((one) => one * power * scale >= least * (1 - 1e-9))!;
  return unit === 'count' ? Math.max(1, mantissa * power) : mantissa * power * scale;
}

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * minuteMs);

export interface TimeTick {
  readonly t: number;
  /** UTC: `09:30`, or `6 May` where a day begins. */
  readonly label: string;
}

/** At most so many moments that people would name. */
export function timeTicks(from: number, to: number, most: number): TimeTick[] {
  const step = timeSteps.find((one) => (to - from) / one <= most) ?? dayMs * Math.ceil((to - from) / dayMs / most);
  const ticks: TimeTick[] = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) ticks.push({ t, label: momentText(t) });
  return ticks;
}

export const clockText = (ms: number) => new Date(ms).toISOString().slice(11, 16);

function momentText(ms: number): string {
  if (ms % dayMs !== 0) return clockText(ms);
  return new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
