import type { ChartPicture, ChartPoint } from './chart-picture.ts';

export const minuteMs = 60_000;
export const begunAt = Date.UTC(2026, 4, 6, 9, 30);

/** One a minute. */
export const seriesOf = (values: readonly (number | null)[], from = begunAt): ChartPoint[] =>
  values.map((value, index) => ({ t: from + index * minuteMs, value }));

/** Slow from minute 40 of an hour on. */
export const samplePicture: ChartPicture = {
  ...{ title: 'Slow tool calls', detail: 'tool=search environment=production', statistic: 'Tool call, p95 over 5 min', unit: 'ms' },
  ...{ from: begunAt, to: begunAt + 60 * minuteMs, worse: 'above', firedAt: begunAt + 41 * minuteMs },
  points: seriesOf(Array.from({ length: 61 }, (_, minute) => (minute < 40 ? 1_500 : 3_000))),
  lines: [
    { value: 2_500, label: 'critical > 2.5 s', tone: 'critical' },
    { value: 2_000, label: 'warning > 2 s', tone: 'warning' },
  ],
};
