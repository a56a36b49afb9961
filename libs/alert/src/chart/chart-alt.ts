import { showMeasure } from '#contracts';
import { instant } from '../notices/notice-text.ts';
import { clockText } from './chart-axis.ts';
import type { ChartPicture } from './chart-picture.ts';
import { plainText } from './chart-text.ts';

const mostCharacters = 500;

/** What a chart shows, for who cannot see it. */
export function chartAlt({ title, detail, statistic, unit, from, to, points, lines, worse, firedAt, resolvedAt }: ChartPicture): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const worst = worse === 'above' ? Math.max(...values) : Math.min(...values);
  const last = points.at(-1)?.value ?? null;
  const facts = [
    `${statistic} from ${instant(from)} to ${clockText(to)}`,
    ...(values.length > 0 ? [`at worst ${showMeasure(worst, unit)}`] : []),
    last === null ? 'nothing at the end' : `${showMeasure(last, unit)} at the end`,
    ...lines.map(({ label }) => label),
    ...(firedAt === undefined ? [] : [`fired ${clockText(firedAt)}`]),
    ...(resolvedAt === undefined ? [] : [`resolved ${clockText(resolvedAt)}`]),
  ];
  return plainText(`${plainText(title).slice(0, 120)}${detail ? ` (${plainText(detail).slice(0, 120)})` : ''}: ${facts.join(', ')}`)
    .slice(0, mostCharacters)
    .toWellFormed();
}
