import type { Share } from './traffic-shape.ts';

/**
 * Chance as SQL: every draw is a hash of what it is about and of a word for what is drawn, so the engine makes rows by
 * itself, the same rows every time. Arguments are column names and constants of this program, never input.
 */

/** Even in [0, 1). */
export const uniform = (about: string, word: string) => `(cityHash64(${about}, '${word}') / 18446744073709551616.)`;

/** Standard normal, by Box and Muller. */
export const normal = (about: string, word: string) =>
  `(sqrt(-2 * log(1 - ${uniform(about, `${word}-r`)})) * cos(6.283185307179586 * ${uniform(about, `${word}-a`)}))`;

/** Exponential with mean 1. */
export const exponential = (about: string, word: string) => `(-log(1 - ${uniform(about, word)}))`;

export const logNormal = ({ median, spread }: { median: number; spread: number }, about: string, word: string) =>
  `(${median} * exp(${spread} * ${normal(about, word)}))`;

/** Place, from 1, of one of the choices; each comes as often as its share says. */
export function pick(choices: readonly Share[], about: string, word: string): string {
  let sum = 0;
  const upTo = choices.map(({ share }) => (sum += share));
  upTo[upTo.length - 1] = 1;
  return `arrayFirstIndex(upTo -> upTo > ${uniform(about, word)}, [${upTo.join(', ')}])`;
}

export const literal = (value: string | number | boolean) =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(Number(value));

/** What stands at a place that `pick` answered. */
export const at = (values: readonly (string | number | boolean)[], place: string) => `[${values.map(literal).join(', ')}][${place}]`;
