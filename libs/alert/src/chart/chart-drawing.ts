import { chartSize as size } from './chart.ts';
import { colours } from './chart-colours.ts';
import { beforeShapes, beyondShapes, breachShapes, curveShapes, endDot, lineShapes } from './chart-curve.ts';
import { axisShapes, endShapes, frameOf, margin, smallText } from './chart-frame.ts';
import { markShapes } from './chart-marks.ts';
import type { ChartPicture } from './chart-picture.ts';
import { fitText, type Measure } from './chart-text.ts';
import type { Drawing, Shape } from './drawing.ts';

const titleSize = 14;
const titleBaseline = 25;
const wordGap = 8;

/** Lays a chart out, all of it inside a card. Null where there is nothing to draw: no value, or no time. */
export function chartDrawing(given: ChartPicture, measure: Measure): Drawing | null {
  const picture = { ...given, points: given.points.map(({ t, value }) => ({ t, value: Number.isFinite(value) ? value : null })) };
  const frame = frameOf(picture, measure);
  if (!frame) return null;
  const { width, height } = size;
  const card: Shape = {
    ...{ kind: 'box', x: 0.5, y: 0.5, width: width - 1, height: height - 1, radius: 8 },
    ...{ fill: colours.card, stroke: colours.border },
  };
  const shapes = [
    ...[card, ...titleShapes(picture, measure), ...axisShapes(frame, picture), ...breachShapes(frame, picture)],
    ...[...lineShapes(frame), ...beforeShapes(frame, picture), ...markShapes(frame, picture, measure)],
    ...[...curveShapes(frame, picture), ...beyondShapes(frame, picture), ...endDot(frame, picture), ...endShapes(frame, picture, measure)],
  ];
  return { width, height, shapes };
}

/** One line: how it was measured to the right, whole; the name, and behind it what it is about, as far as there is room. */
function titleShapes({ title, detail, statistic }: ChartPicture, measure: Measure): Shape[] {
  const small = (text: string) => measure(text, smallText, 400);
  const large = (text: string) => measure(text, titleSize, 600);
  const how = fitText(statistic, size.width / 3, small);
  const room = size.width - 2 * margin - small(how) - 2 * wordGap;
  const name = fitText(title, room, large);
  const about = fitText(detail, room - large(name) - wordGap, small);
  const word = { kind: 'text', y: titleBaseline, align: 'left' } as const;
  return [
    { ...word, text: name, x: margin, size: titleSize, weight: 600, fill: colours.text },
    { ...word, text: about, x: margin + large(name) + wordGap, size: smallText, weight: 400, fill: colours.faint },
    { ...word, text: how, x: size.width - margin, size: smallText, weight: 400, fill: colours.faint, align: 'right' },
  ];
}
