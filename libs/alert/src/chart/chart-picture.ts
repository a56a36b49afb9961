import type { Unit } from '#contracts';

/** Times are milliseconds since 1970, values in the metric's own unit. */
export interface ChartPoint {
  readonly t: number;
  /** Null where nothing was judged: a gap, never zero. */
  readonly value: number | null;
}

export interface ChartLine {
  readonly value: number;
  readonly label: string;
  /** `reference` breaks nothing: it is shown where there is room for it. */
  readonly tone: 'critical' | 'warning' | 'reference';
}

/** What a chart shows. Texts may be anybody's. */
export interface ChartPicture {
  readonly title: string;
  /** What it is about: `tool=search environment=production`. */
  readonly detail: string;
  /** How it was measured: `p95 over 5 min`. */
  readonly statistic: string;
  readonly unit: Unit | null;
  readonly from: number;
  readonly to: number;
  readonly points: readonly ChartPoint[];
  /** The same at another time, moved to this one. */
  readonly before?: { readonly points: readonly ChartPoint[]; readonly label: string };
  /** The gravest first. */
  readonly lines: readonly ChartLine[];
  /** Side of a line on which it is wrong. */
  readonly worse: 'above' | 'below';
  readonly firedAt?: number;
  readonly resolvedAt?: number;
  readonly deploys?: readonly { readonly at: number; readonly release: string }[];
}
