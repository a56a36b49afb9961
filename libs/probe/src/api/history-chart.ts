import type { z } from 'zod';
import { html, type Markup } from '../pages/html.ts';
import { amountText } from './amount-text.ts';
import type { monitorDetailAnswer } from './answers.ts';

type History = z.output<typeof monitorDetailAnswer>['history'][number];

const [width, height, left, right, top, bottom] = [480, 120, 60, 8, 8, 20];

/** Medians of a metric over time, with the band from the best run to the worst; a dashed line where browser, runner or configuration changed. */
export function historyChart({ metric, step, points }: History): Markup {
  const [first, last] = [points[0]!.at, points.at(-1)!.at];
  const highest = Math.max(...points.map(({ max }) => max));
  const most = highest || 1;
  const x = (at: number) => (left + (last === first ? 0.5 : (at - first) / (last - first)) * (width - left - right)).toFixed(1);
  const y = (value: number) => (top + (1 - value / (most * 1.05)) * (height - top - bottom)).toFixed(1);
  const band = [...points.map(({ at, max }) => `${x(at)},${y(max)}`), ...points.toReversed().map(({ at, min }) => `${x(at)},${y(min)}`)];
  const line = points.map(({ at, median }) => `${x(at)},${y(median)}`).join(' ');
  const changes = points.filter((point, index) => index > 0 && point.fingerprint !== points[index - 1]!.fingerprint);
  const now = points.at(-1)!.median;
  const title = step === '' ? metric : `${step}: ${metric}`;
  return html`<figure class="history"><figcaption><b>${title}</b> ${amountText(metric, now)}
<span class="soft">${points.length === 1 ? 'one visit' : `${points.length} visits`}</span></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${amountText(metric, now)} at the last visit, ${amountText(metric, highest)} at most">
<line class="axis" x1="${left}" y1="${y(0)}" x2="${width - right}" y2="${y(0)}"/>
<text class="tick" x="${left - 6}" y="${y(0)}">0</text>
${highest === 0 ? undefined : html`<text class="tick" x="${left - 6}" y="${Number(y(most)) + 8}">${amountText(metric, most)}</text>`}
<polygon class="band" points="${band.join(' ')}"/><polyline class="line" points="${line}"/>
${changes.map(({ at }) => html`<line class="change" x1="${x(at)}" y1="${top}" x2="${x(at)}" y2="${y(0)}"/>`)}
${points.length > 60 ? undefined : points.map(({ at, median }) => html`<circle class="dot" cx="${x(at)}" cy="${y(median)}" r="2.5"/>`)}
<text class="tick start" x="${left}" y="${height - 4}">${dayText(first)}</text><text class="tick" x="${width - right}" y="${height - 4}">${dayText(last)}</text>
</svg></figure>`;
}

const dayText = (at: number) => new Date(at).toISOString().slice(5, 16).replace('T', ' ');
