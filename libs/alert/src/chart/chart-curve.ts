import { cutAt, type KnownPoint, piecesOf, runsOf } from './breach.ts';
import { colours, tones } from './chart-colours.ts';
import type { Frame } from './chart-frame.ts';
import type { ChartPicture } from './chart-picture.ts';
import type { Shape, Spot } from './drawing.ts';

/** What is beyond a line, as an area between the line and the curve. */
export function breachShapes({ x, y }: Frame, { points, lines, worse }: ChartPicture): Shape[] {
  const breaking = lines.filter(({ tone }) => tone !== 'reference');
  return runsOf(points).flatMap((run) =>
    breaking.flatMap(({ value, tone }) =>
      cutAt(run, value, worse)
        .filter(({ beyond, points: piece }) => beyond && piece.length > 1)
        .map(({ points: piece }): Shape => {
          const base = [piece.at(-1)!, piece[0]!].map(({ t }) => ({ x: x(t), y: y(value) }));
          return { kind: 'area', spots: [...spotsOf(piece, { x, y }), ...base], fill: tones[tone].area };
        }),
    ),
  );
}

export function lineShapes({ left, right, y, lines }: Frame): Shape[] {
  return lines.map(({ value, tone }) => {
    const spots = [left, right].map((x) => ({ x, y: y(value) }));
    return {
      kind: 'line',
      spots,
      stroke: tones[tone].line,
      width: tone === 'reference' ? 1 : 1.5,
      dash: tone === 'reference' ? [2, 4] : [6, 5],
    };
  });
}

export function beforeShapes(frame: Frame, { before }: ChartPicture): Shape[] {
  return runsOf(before?.points ?? []).map((run) => strokeOf(spotsOf(run, frame), colours.before, 1));
}

/** The curve, in the colour of the gravest line that it is beyond. What stands between two gaps is a dot. */
export function curveShapes(frame: Frame, { points, lines, worse }: ChartPicture): Shape[] {
  const breaking = lines.filter(({ tone }) => tone !== 'reference');
  return runsOf(points).flatMap((run) =>
    piecesOf(run, breaking, worse).flatMap(({ line, points: piece }): Shape[] => {
      const colour = line ? tones[line.tone].line : colours.curve;
      if (run.length === 1) return [{ kind: 'dot', ...spotsOf(run, frame)[0]!, radius: 2, fill: colour }];
      return [strokeOf(spotsOf(piece, frame), colour, 2)];
    }),
  );
}

/** A small arrow at the edge over each stretch that goes beyond the axis. */
export function beyondShapes({ x, top, axis }: Frame, { points }: ChartPicture): Shape[] {
  return points
    .filter(({ value }, index) => isBeyond(value, axis.to) && !isBeyond(points[index - 1]?.value ?? null, axis.to))
    .map(({ t }) => {
      const spots = [
        { x: x(t) - 4, y: top - 2 },
        { x: x(t) + 4, y: top - 2 },
        { x: x(t), y: top - 8 },
      ];
      return { kind: 'area', spots, fill: colours.text };
    });
}

const isBeyond = (value: number | null, most: number) => value !== null && value > most;

/** Where it is now. */
export function endDot(frame: Frame, { points, lines, worse }: ChartPicture): Shape[] {
  const last = points.at(-1);
  if (!last || last.value === null) return [];
  const [piece] = piecesOf(
    [{ t: last.t, value: last.value }],
    lines.filter(({ tone }) => tone !== 'reference'),
    worse,
  );
  const fill = piece!.line ? tones[piece!.line.tone].line : colours.curve;
  return [{ kind: 'dot', x: frame.x(last.t), y: frame.y(last.value), radius: 3.5, fill, stroke: colours.card }];
}

const spotsOf = (points: readonly KnownPoint[], { x, y }: Pick<Frame, 'x' | 'y'>): Spot[] =>
  points.map(({ t, value }) => ({ x: x(t), y: y(value) }));
const strokeOf = (spots: readonly Spot[], stroke: string, width: number): Shape => ({ kind: 'line', spots, stroke, width });
