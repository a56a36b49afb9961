export interface Panel {
  readonly title: string;
  /** Of the vertical axis, which starts at zero. */
  readonly unit: string;
  /** Of the horizontal axis; its values stand at equal distances. */
  readonly across: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const panelSize = { width: 300, height: 240 };
const margin = { left: 64, right: 16, top: 34, bottom: 46 };
const gridLines = 4;
const plot = { width: panelSize.width - margin.left - margin.right, height: panelSize.height - margin.top - margin.bottom };
const captionHeight = 34;

/** Legible on white and on black: the reader's colour scheme decides. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .small { font-size: 11px; fill: #59636e }
  .grid { stroke: #d1d9e0 } .line { fill: none; stroke: #0969da; stroke-width: 2 } .dot { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .grid { stroke: #3d444d } .line { stroke: #4493f8 } .dot { fill: #4493f8 }
  }`;

/** Panels side by side as an SVG, a caption below. */
export function linePicture(caption: string, panels: readonly Panel[]): string {
  const [width, height] = [panels.length * panelSize.width, panelSize.height + captionHeight];
  const drawn = panels.map((panel, n) => `<g transform="translate(${n * panelSize.width} 0)">${drawPanel(panel)}</g>`).join('\n');
  const label = text({ x: margin.left, y: panelSize.height + 18, kind: 'small' }, caption);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(caption)}">
<style>${style}</style>
${drawn}
${label}
</svg>
`;
}

function drawPanel({ title, unit, across, points }: Panel): string {
  const top = roundUp(Math.max(...points.map(({ y }) => y)));
  const at = (n: number, y: number) =>
    [margin.left + (plot.width * (n + 0.5)) / points.length, margin.top + plot.height * (1 - y / top)] as const;
  const places = points.map(({ y }, n) => at(n, y));
  const dots = places.map(([x, y], n) => `<circle class="dot" cx="${short(x)}" cy="${short(y)}" r="3"/>${valueText(points[n]!.y, x, y)}`);
  const below = points.map(({ x }, n) =>
    text({ x: at(n, 0)[0], y: margin.top + plot.height + 16, anchor: 'middle', kind: 'small' }, String(x)),
  );
  const line = `<polyline class="line" points="${places.map(([x, y]) => `${short(x)},${short(y)}`).join(' ')}"/>`;
  const middle = margin.left + plot.width / 2;
  const named = [
    text({ x: margin.left, y: 14, kind: 'title' }, title),
    text({ x: margin.left, y: 28, kind: 'small' }, unit),
    text({ x: middle, y: panelSize.height - 12, anchor: 'middle', kind: 'small' }, across),
  ];
  return [...grid(top), line, ...dots, ...below, ...named].join('\n');
}

function grid(top: number): string[] {
  return Array.from({ length: gridLines + 1 }, (_, n) => {
    const y = short(margin.top + plot.height * (1 - n / gridLines));
    const line = `<line class="grid" x1="${margin.left}" x2="${margin.left + plot.width}" y1="${y}" y2="${y}"/>`;
    return line + text({ x: margin.left - 6, y: y + 4, anchor: 'end', kind: 'small' }, shown((top * n) / gridLines));
  });
}

const valueText = (value: number, x: number, y: number) => text({ x, y: y - 8, anchor: 'middle', kind: 'small' }, shown(value));

/** The next of 1, 2, 4, 5, 8, 10 times a power of ten, with room above the highest point. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value * 1.1));
  return power * ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value * 1.1) ?? 10);
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : String(Number(value.toPrecision(3)));
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly kind: 'title' | 'small';
  readonly anchor?: 'middle' | 'end';
}

function text({ x, y, kind, anchor }: TextPlace, words: string): string {
  return `<text class="${kind}" x="${short(x)}" y="${short(y)}"${anchor ? ` text-anchor="${anchor}"` : ''}>${escaped(words)}</text>`;
}

const short = (value: number) => Math.round(value * 10) / 10;

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
