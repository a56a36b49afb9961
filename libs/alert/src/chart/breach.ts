import type { ChartLine, ChartPoint } from './chart-picture.ts';

export interface KnownPoint {
  readonly t: number;
  readonly value: number;
}

/** A stretch of the curve on one side of a line. */
export interface CurvePiece {
  /** The gravest line that it is beyond; null: none. */
  readonly line: ChartLine | null;
  readonly points: readonly KnownPoint[];
}

/** What lies between two gaps. */
export function runsOf(points: readonly ChartPoint[]): KnownPoint[][] {
  const runs: KnownPoint[][] = [];
  let run: KnownPoint[] = [];
  for (const { t, value } of points) {
    if (value === null) run = [];
    else {
      if (run.length === 0) runs.push(run);
      run.push({ t, value });
    }
  }
  return runs;
}

/** A run cut where it crosses lines, the gravest first. */
export function piecesOf(run: readonly KnownPoint[], lines: readonly ChartLine[], worse: 'above' | 'below'): CurvePiece[] {
  const [line, ...milder] = lines;
  if (!line) return [{ line: null, points: run }];
  return cutAt(run, line.value, worse).flatMap(({ beyond, points }) => (beyond ? [{ line, points }] : piecesOf(points, milder, worse)));
}

interface CutPiece {
  readonly beyond: boolean;
  readonly points: readonly KnownPoint[];
}

/** Stretches of a run that are beyond a value, and those between them; both sides of a cut have the crossing. */
export function cutAt(run: readonly KnownPoint[], at: number, worse: 'above' | 'below'): CutPiece[] {
  const sign = worse === 'above' ? 1 : -1;
  const pieces: { readonly beyond: boolean; readonly points: KnownPoint[] }[] = [];
  for (const point of run) {
    const beyond = sign * (point.value - at) > 0;
    const piece = pieces.at(-1);
    if (piece?.beyond === beyond) piece.points.push(point);
    else {
      const crossing = piece && crossingOf(piece.points.at(-1)!, point, at);
      piece?.points.push(crossing!);
      pieces.push({ beyond, points: crossing ? [crossing, point] : [point] });
    }
  }
  return pieces;
}

/** Of two points on different sides. */
function crossingOf(one: KnownPoint, other: KnownPoint, at: number): KnownPoint {
  return { t: one.t + ((other.t - one.t) * (at - one.value)) / (other.value - one.value), value: at };
}
