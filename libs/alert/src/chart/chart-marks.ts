import { chartSize as size } from './chart.ts';
import { clockText } from './chart-axis.ts';
import { colours, tones } from './chart-colours.ts';
import { type Frame, margin, smallText } from './chart-frame.ts';
import type { ChartPicture } from './chart-picture.ts';
import { fitText, type Measure } from './chart-text.ts';
import type { Shape } from './drawing.ts';
import { besideLine, type Span } from './place-labels.ts';

interface Mark {
  readonly at: number;
  /** The first that has room is written. */
  readonly texts: readonly string[];
  readonly colour: string;
  readonly textColour: string;
  readonly dash?: readonly number[];
}

const markTop = 38;
const mostReleaseWidth = 90;
/** So many deploys at most: more would hide the curve. The latest count. */
const mostDeploys = 5;

/** Upright lines over the plot with their words above it: when it fired, when it was over, and what was deployed. */
export function markShapes(frame: Frame, picture: ChartPicture, measure: Measure): Shape[] {
  const marks = marksOf(picture, measure).filter(({ at }) => at >= picture.from && at <= picture.to);
  const bounds = { from: frame.left, to: size.width - margin };
  // Words may not stand over other marks' lines either.
  const taken: Span[] = marks.map(({ at }) => ({ from: frame.x(at), to: frame.x(at) }));
  return marks.flatMap(({ at, texts, colour, textColour, dash }, index) => {
    const x = Math.round(frame.x(at));
    const others = taken.filter((_, other) => other !== index);
    const line: Shape = {
      ...{ kind: 'line', stroke: colour, width: 1, ...(dash && { dash }) },
      spots: [
        { x, y: markTop },
        { x, y: frame.bottom },
      ],
    };
    for (const text of texts) {
      const span = besideLine(x, measure(text, smallText, 600), others, bounds);
      if (!span) continue;
      taken.push(span);
      return [
        line,
        { kind: 'text', text, x: span.from, y: markTop + 10, size: smallText, weight: 600, fill: textColour, align: 'left' } as Shape,
      ];
    }
    return [line];
  });
}

/** The most important first: it gets its words. */
function marksOf({ firedAt, resolvedAt, deploys = [] }: ChartPicture, measure: Measure): Mark[] {
  const told = (word: string, at: number) => [`${word} ${clockText(at)}`, word];
  const shortened = (release: string) => fitText(release, mostReleaseWidth, (text) => measure(text, smallText, 600));
  const latest = [...deploys].sort((one, other) => other.at - one.at).slice(0, mostDeploys);
  return [
    ...(firedAt === undefined ? [] : [{ at: firedAt, texts: told('fired', firedAt), colour: colours.text, textColour: colours.text }]),
    ...(resolvedAt === undefined
      ? []
      : [{ at: resolvedAt, texts: told('resolved', resolvedAt), colour: colours.resolved, textColour: colours.resolved }]),
    ...latest.map(({ at, release }) => ({
      ...{ at, texts: [shortened(release)].filter(Boolean), colour: tones.reference.line, textColour: colours.faint, dash: [2, 3] },
    })),
  ];
}
