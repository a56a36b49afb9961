import type { AssertionResult } from '../assertions/assertion-result.ts';
import { measureWords, twoMeasures } from '../assertions/measure-words.ts';

export type ResultWord = 'FAILED' | 'WARNING' | 'PASSED';

const signs: Readonly<Record<ResultWord, string>> = { FAILED: '❌', WARNING: '⚠️', PASSED: '✅' };

export const resultWord = ({ passed, level }: Pick<AssertionResult, 'passed' | 'level'>): ResultWord =>
  passed ? 'PASSED' : level === 'error' ? 'FAILED' : 'WARNING';

/** `❌ FAILED: first-contentful-paint (1.8s > 1.5s threshold)`, and what the runs say of it where they differ. */
export function resultLine(result: AssertionResult): string {
  const word = resultWord(result);
  return `${signs[word]} ${word}: ${result.label} (${findingOf(result)})${rangeOf(result)}`;
}

/** `1.8s > 1.5s threshold`. */
export function findingOf(result: AssertionResult): string {
  const { name, actual, expected, message, unit } = result;
  if (name === 'auditRan') return 'did not run';
  if (Number.isNaN(actual)) return message ?? 'no value';
  if (name === 'maxIncreasePercent') return `${signed(percent(actual))} ${comparison(result)} ${signed(percent(expected))} threshold`;
  const [value, limit] = twoMeasures(actual, expected, unit);
  if (name === 'maxIncrease') return `${signed(value)} ${comparison(result)} ${signed(limit)} threshold`;
  return `${value} ${comparison(result)} ${limit} threshold`;
}

const percent = (value: number) => `${Number(value.toFixed(1))}%`;
const signed = (words: string) => (words.startsWith('-') ? words : `+${words}`);

const comparison = ({ actual, expected }: AssertionResult) => (actual === expected ? '=' : actual > expected ? '>' : '<');

/** Nothing where all runs say the same. */
export function rangeOf({ range, values, unit, expected, name }: AssertionResult): string {
  if (range === null || range.min === range.max) return '';
  const words = `, ${values.length} runs ${measureWords(range.min, unit)} to ${measureWords(range.max, unit)}`;
  const isIncrease = name === 'maxIncrease' || name === 'maxIncreasePercent';
  return !isIncrease && range.min <= expected && expected <= range.max ? `${words}, runs straddle the limit` : words;
}
