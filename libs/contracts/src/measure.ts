import type { Unit } from './metric-catalogue.ts';

/** What one of the written unit is in the metric's own. */
const factors: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ms: { ms: 1, s: 1_000, min: 60_000 },
  bytes: { B: 1, kB: 1_000, MB: 1e6, KiB: 1_024, MiB: 1_048_576 },
  ratio: { '%': 0.01 },
  score: {},
  count: {},
};

const written = /^(\d+(?:\.\d+)?) ?([A-Za-z%]*)$/;

/** A number in the metric's own unit, or text with a unit, such as `2.5 s`, `200 KiB` or `1%`; undefined where it is neither. */
export function readMeasure(given: number | string, unit: Unit | null): number | undefined {
  if (typeof given === 'number') return given;
  const [, digits, name] = written.exec(given.trim()) ?? [];
  if (digits === undefined) return undefined;
  const known = unit === null ? {} : factors[unit];
  const factor = name === '' ? 1 : Object.hasOwn(known, name!) ? known[name!] : undefined;
  // Rounded to what was written: 0.7 % is 0.007, not 0.006999999999999999.
  return factor === undefined ? undefined : Number((Number(digits) * factor).toPrecision(12));
}

/** Units that a measure of this kind may be written in. */
export function unitNames(unit: Unit | null): readonly string[] {
  return unit === null ? [] : Object.keys(factors[unit]);
}

/** As people read it: three significant digits, in the unit that keeps the number short. */
export function showMeasure(value: number, unit: Unit | null): string {
  switch (unit) {
    case 'ms':
      return Math.abs(value) < 1_000 ? `${digits(value)} ms` : `${digits(value / 1_000)} s`;
    case 'bytes':
      return showBytes(value);
    case 'ratio':
      return `${digits(value * 100)} %`;
    case 'score':
    case 'count':
    case null:
      return digits(value);
  }
}

/** Two measures beside each other: in the metric's own unit where three digits cannot tell them apart. */
export function showTwo(one: number, other: number, unit: Unit | null): readonly [string, string] {
  const short = [showMeasure(one, unit), showMeasure(other, unit)] as const;
  if (one === other || short[0] !== short[1]) return short;
  const suffix = unit === 'ms' ? ' ms' : unit === 'bytes' ? ' B' : unit === 'ratio' ? ' %' : '';
  const factor = unit === 'ratio' ? 100 : 1;
  return [exact(one * factor) + suffix, exact(other * factor) + suffix];
}

const exact = (value: number) => String(Number(value.toPrecision(9)));

function showBytes(value: number): string {
  if (Math.abs(value) < 1_024) return `${digits(value)} B`;
  return Math.abs(value) < 1_048_576 ? `${digits(value / 1_024)} KiB` : `${digits(value / 1_048_576)} MiB`;
}

/** Whole numbers stay whole. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
