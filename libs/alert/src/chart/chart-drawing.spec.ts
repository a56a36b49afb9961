import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../notices/hostile-text.contract.ts';
import { colours, tones } from './chart-colours.ts';
import { chartDrawing } from './chart-drawing.ts';
import type { ChartPicture } from './chart-picture.ts';
import type { Drawing, Shape } from './drawing.ts';
import { begunAt, minuteMs, samplePicture, seriesOf } from './sample-picture.contract.ts';

/** As wide as most letters are. */
const measure = (text: string, size: number) => 0.56 * size * [...text].length;
const drawn = (changes: Partial<ChartPicture> = {}) => chartDrawing({ ...samplePicture, ...changes }, measure)!;
const of = <Kind extends Shape['kind']>({ shapes }: Drawing, kind: Kind) =>
  shapes.filter((shape): shape is Extract<Shape, { kind: Kind }> => shape.kind === kind);
const texts = (drawing: Drawing) => of(drawing, 'text').map(({ text }) => text);
const curves = (drawing: Drawing) => of(drawing, 'line').filter(({ width }) => width === 2);
const at = (minute: number) => begunAt + minute * minuteMs;

describe('a chart', () => {
  it('says in one line what it is about and how it was measured', () => {
    const [title, detail, statistic] = of(drawn(), 'text');
    expect([title, detail, statistic].map((text) => text!.text)).toEqual([
      ...['Slow tool calls', 'tool=search environment=production', 'Tool call, p95 over 5 min'],
    ]);
    expect(new Set([title, detail, statistic].map((text) => text!.y)).size).toBe(1);
  });

  it('has its lines dashed, each with its label at its height', () => {
    const drawing = drawn();
    const dashed = of(drawing, 'line').filter(({ dash }) => dash);
    expect(dashed.map(({ stroke }) => stroke)).toEqual([tones.critical.line, tones.warning.line]);
    for (const [index, label] of ['critical > 2.5 s', 'warning > 2 s'].entries()) {
      const text = of(drawing, 'text').find(({ text: one }) => one === label)!;
      expect(text.y - dashed[index]!.spots[0]!.y).toBe(4);
    }
  });

  it('shades what is beyond a line, and nothing else', () => {
    const [critical, warning, ...more] = of(drawn(), 'area');
    expect([critical!.fill, warning!.fill, more]).toEqual([tones.critical.area, tones.warning.area, []]);
    expect(of(drawn({ points: seriesOf([1_000, 1_100, 1_200]) }), 'area')).toEqual([]);
  });

  it('has a curve of the colour of what it breaks', () => {
    expect(curves(drawn()).map(({ stroke }) => stroke)).toEqual([colours.curve, tones.warning.line, tones.critical.line]);
    expect(texts(drawn())).toContain('3 s');
  });

  it('leaves gaps, and shows what stands alone in them', () => {
    const drawing = drawn({ points: seriesOf([1, 2, null, 3, null, 4, 5, null]), lines: [] });
    expect(curves(drawing).map(({ spots }) => spots.length)).toEqual([2, 2]);
    expect(of(drawing, 'dot')).toHaveLength(1);
  });

  it('says when it fired, when it was over and what was deployed', () => {
    const deploys = [{ at: at(30), release: '2026.5.1' }];
    expect(texts(drawn({ resolvedAt: at(55), deploys }))).toEqual(expect.arrayContaining(['fired 10:11', 'resolved 10:25', '2026.5.1']));
  });

  it('says nothing of what is beyond its time', () => {
    expect(texts(drawn({ firedAt: at(-1), resolvedAt: at(61) })).filter((text) => /fired|resolved/.test(text))).toEqual([]);
  });

  it('marks what is too large for it', () => {
    const points = seriesOf([...new Array<number>(50).fill(100), 9e6, 9e6, 100]);
    expect(of(drawn({ points, lines: [] }), 'area')).toHaveLength(1);
  });

  it('has the same at another time as a thin curve', () => {
    const before = { points: seriesOf(new Array<number>(61).fill(1_000)), label: 'a day before' };
    const drawing = drawn({ before });
    expect(of(drawing, 'line').filter(({ stroke }) => stroke === colours.before)).toHaveLength(1);
    expect(texts(drawing)).toContain('a day before');
  });

  it('is none where there is nothing to draw', () => {
    expect(drawn({ points: [] })).toBeNull();
    expect(drawn({ points: seriesOf([null, null, Number.NaN]) })).toBeNull();
    expect(drawn({ to: begunAt })).toBeNull();
  });
});

it('stays inside its card and legible, whatever is measured and however things are called', () => {
  const text = hostileText(60);
  const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constantFrom(0, 1, Number.NaN));
  const line = fc.record({
    ...{ value: fc.double({ min: -10, max: 1e6, noNaN: true }), label: text },
    tone: fc.constantFrom('critical' as const, 'warning' as const, 'reference' as const),
  });
  const moment = fc.integer({ min: -10, max: 70 }).map(at);
  const picture = fc.record({
    ...{ title: text, detail: text, statistic: text, points: fc.array(value, { maxLength: 61 }).map((values) => seriesOf(values)) },
    ...{ unit: fc.constantFrom('ms' as const, 'ratio' as const, 'bytes' as const, 'count' as const, 'score' as const, null) },
    ...{ lines: fc.array(line, { maxLength: 3 }), worse: fc.constantFrom('above' as const, 'below' as const) },
    ...{ firedAt: moment, resolvedAt: moment, deploys: fc.array(fc.record({ at: moment, release: text }), { maxLength: 8 }) },
  });
  fc.assert(
    fc.property(picture, (changes) => {
      const drawing = chartDrawing({ ...samplePicture, ...changes }, measure);
      if (!drawing) return;
      for (const shape of drawing.shapes) {
        const spots = 'spots' in shape ? shape.spots : [shape];
        for (const { x, y } of spots) expect(x >= 0 && x <= 640 && y >= 0 && y <= 260).toBe(true);
        if (shape.kind !== 'text') continue;
        const width = measure(shape.text, shape.size);
        const left = shape.x - { left: 0, center: width / 2, right: width }[shape.align];
        expect(left >= 0 && left + width <= 640).toBe(true);
        expect(shape.text).not.toMatch(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|undefined|NaN|Infinity/u);
      }
    }),
    { numRuns: 300 },
  );
});
