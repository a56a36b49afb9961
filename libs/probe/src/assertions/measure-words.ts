import type { ResultUnit } from './assertion-result.ts';

const bytesOfKb = 1_024;

/** `850ms`, `1.8s`, `550KB` (of 1,024 bytes), `0.08` of a shift of layout, 92 points of 100. */
export function measureWords(value: number, unit: ResultUnit): string {
  switch (unit) {
    case 'ms':
      return Math.abs(value) < 1_000 ? `${Math.round(value)}ms` : `${(value / 1_000).toFixed(1)}s`;
    case 'bytes':
      return Math.abs(value) < bytesOfKb ? `${Math.round(value)}B` : `${short(value / bytesOfKb)}KB`;
    case 'shift':
      return value.toFixed(2);
    case 'points':
      return String(pointsOf(value));
    case 'score':
      return plain(value, 2);
    case 'count':
      return plain(value, 1);
  }
}

/** 0 to 100, rounded down: 94.6 is no 95. */
export const pointsOf = (score: number) => Math.floor(Number((score * 100).toPrecision(6)));

/** A limit, with all the digits that it was written with. */
export function limitWords(limit: number, unit: ResultUnit): string {
  if (unit === 'shift') return String(limit);
  const words = measureWords(limit, unit);
  if (unit === 'ms' && limit >= 1_000 && limit % 100 !== 0) return `${limit / 1_000}s`;
  return words;
}

/** Both in the same words, with more digits where rounding would hide that they differ. */
export function twoMeasures(value: number, limit: number, unit: ResultUnit): readonly [string, string] {
  const words = [measureWords(value, unit), limitWords(limit, unit)] as const;
  const looksSame = Number.parseFloat(words[0]) === Number.parseFloat(words[1]);
  return looksSame && value !== limit ? [exact(value, unit), exact(limit, unit)] : words;
}

const suffixes: Readonly<Record<ResultUnit, string>> = { ms: 'ms', bytes: 'B', shift: '', points: '', score: '', count: '' };

const exact = (value: number, unit: ResultUnit) => `${Number((unit === 'points' ? value * 100 : value).toPrecision(6))}${suffixes[unit]}`;

const plain = (value: number, digits: number) => String(Number(value.toFixed(digits)));

/** Whole numbers from 10 on. */
const short = (value: number) => (Math.abs(value) >= 10 ? String(Math.round(value)) : plain(value, 1));
