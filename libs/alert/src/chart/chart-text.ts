/** Width of a text of this size in pixels. */
export type Measure = (text: string, size: number, weight: Weight) => number;
export type Weight = 400 | 600;

/** Longer texts fit nowhere. */
const mostCharacters = 300;

/** One line of whole characters that stand beside each other: none turns the direction in which it is read, or hides, or towers over others. */
export function plainText(text: string): string {
  return text
    .slice(0, 4 * mostCharacters)
    .toWellFormed()
    .replaceAll(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu, '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
    .trim();
}

/** As much of a text as fits, with a sign that something is missing. Empty where not even one letter does. */
export function fitText(text: string, width: number, measure: (text: string) => number): string {
  const points = [...plainText(text)].slice(0, mostCharacters);
  const whole = points.join('');
  if (measure(whole) <= width) return whole;
  let [fits, tooMany] = [0, points.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (measure(`${points.slice(0, middle).join('')}…`) <= width) fits = middle;
    else tooMany = middle;
  }
  return fits === 0 ? '' : `${points.slice(0, fits).join('').trimEnd()}…`;
}
