import { showMeasure } from '#contracts';
import { chartSize as size } from './chart.ts';
import { timeTicks, type ValueAxis, valueAxis } from './chart-axis.ts';
import { colours, tones } from './chart-colours.ts';
import type { ChartLine, ChartPicture } from './chart-picture.ts';
import { fitText, type Measure } from './chart-text.ts';
import type { Shape } from './drawing.ts';
import { placeLabels } from './place-labels.ts';

export const margin = 16;
export const smallText = 11;
const plotTop = 58;
const plotBottom = size.height - 30;
const gap = 8;
const mostLabelWidth = 132;
const labelDistance = 14;
const timeTickWidth = 72;

/** Where moments and values are. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly axis: ValueAxis;
  /** Lines that there is room for. */
  readonly lines: readonly ChartLine[];
  readonly x: (t: number) => number;
  /** What lies beyond the axis is at its end. */
  readonly y: (value: number) => number;
}

/** What is written at the end of a curve or a line. */
interface EndLabel {
  readonly value: number;
  readonly text: string;
  readonly fill: string;
  readonly bold?: true;
}

/** Null where there is nothing to draw. */
export function frameOf(picture: ChartPicture, measure: Measure): Frame | null {
  const { points, before, unit, from, to } = picture;
  const values = [...points, ...(before?.points ?? [])].flatMap(({ value }) => (value === null ? [] : [value]));
  const axis = valueAxis(values, picture.lines, unit);
  if (points.every(({ value }) => value === null) || !axis || to <= from) return null;
  const lines = picture.lines.filter(({ value }) => value >= axis.from && value <= axis.to);
  const width = (texts: readonly string[], weight: 400 | 600) => Math.max(...texts.map((text) => measure(text, smallText, weight)));
  const left = Math.ceil(margin + width(['UTC', ...tickTexts(axis, picture)], 400) + gap);
  const ends = endLabels(picture, lines).map(({ text }) => text);
  const right = size.width - margin - Math.ceil(Math.min(mostLabelWidth, width(['', ...ends], 600)) + gap);
  const x = (t: number) => left + ((right - left) * (t - from)) / (to - from);
  const y = (value: number) => {
    const part = (Math.min(Math.max(value, axis.from), axis.to) - axis.from) / (axis.to - axis.from);
    return plotBottom - (plotBottom - plotTop) * part;
  };
  return { left, right, top: plotTop, bottom: plotBottom, axis, lines, x, y };
}

/** Grid, values to the left and moments below. */
export function axisShapes(frame: Frame, picture: ChartPicture): Shape[] {
  const { left, right, bottom, axis, x, y } = frame;
  const label = { kind: 'text', size: smallText, weight: 400, fill: colours.faint } as const;
  const values = tickTexts(axis, picture).flatMap((text, index): Shape[] => {
    const height = crisp(y(axis.ticks[index]!));
    const stroke = index === 0 ? colours.axis : colours.grid;
    return [
      { kind: 'line', spots: [spot(left, height), spot(right, height)], stroke, width: 1 },
      { ...label, text, x: left - gap, y: height + 4, align: 'right' },
    ];
  });
  const most = Math.max(1, Math.floor((right - left) / timeTickWidth));
  const moments = timeTicks(picture.from, picture.to, most).flatMap(({ t, label: text }): Shape[] => [
    { kind: 'line', spots: [spot(crisp(x(t)), bottom), spot(crisp(x(t)), bottom + 4)], stroke: colours.axis, width: 1 },
    { ...label, text, x: x(t), y: bottom + 17, align: 'center' },
  ]);
  return [...values, ...moments, { ...label, text: 'UTC', x: left - gap, y: bottom + 17, align: 'right' }];
}

/** To the right, beside the ends of what they name. */
export function endShapes(frame: Frame, picture: ChartPicture, measure: Measure): Shape[] {
  const labels = endLabels(picture, frame.lines);
  const wanted = labels.map(({ value }) => frame.y(value));
  const heights = placeLabels(wanted, labelDistance, frame.top, frame.bottom);
  return labels.map(({ text, fill, bold }, index) => {
    const weight = bold ? 600 : 400;
    const room = size.width - margin - frame.right - gap;
    const fitting = fitText(text, room, (one) => measure(one, smallText, weight));
    const place = { x: frame.right + gap, y: heights[index]! + 4, align: 'left' } as const;
    return { kind: 'text', text: fitting, size: smallText, weight, fill, ...place };
  });
}

function endLabels({ points, before, unit, lines: all, worse }: ChartPicture, lines: readonly ChartLine[]): EndLabel[] {
  const last = points.at(-1)?.value ?? null;
  const earlier = before?.points.at(-1)?.value ?? null;
  const sign = worse === 'above' ? 1 : -1;
  const broken = all.find(({ tone, value }) => tone !== 'reference' && last !== null && sign * (last - value) > 0);
  return [
    ...(last === null
      ? []
      : [{ value: last, text: showMeasure(last, unit), fill: broken ? tones[broken.tone].text : colours.curve, bold: true as const }]),
    ...lines.map(({ value, label, tone }) => ({ value, text: label, fill: tones[tone].text })),
    ...(before && earlier !== null ? [{ value: earlier, text: before.label, fill: colours.faint }] : []),
  ];
}

const tickTexts = ({ ticks }: ValueAxis, { unit }: ChartPicture) => ticks.map((tick) => (tick === 0 ? '0' : showMeasure(tick, unit)));
const spot = (x: number, y: number) => ({ x, y });
/** A line one pixel wide covers one row of pixels, not half of two. */
const crisp = (at: number) => Math.round(at) + 0.5;
