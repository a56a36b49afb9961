import { crc32, inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { chartDrawing } from './chart-drawing.ts';
import type { Drawing } from './drawing.ts';
import { Painter, scale } from './painter.ts';
import { samplePicture } from './sample-picture.contract.ts';

/** Chunks by their types, each with a checksum that is right. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const [type, body] = [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)];
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.set(type, Buffer.concat([chunks.get(type) ?? Buffer.alloc(0), body]));
    at += 12 + length;
  }
  return chunks;
}

/** Of a CSS pixel, as #rrggbb. */
async function pixelsOf(png: Buffer): Promise<(x: number, y: number) => string> {
  const image = await loadImage(png);
  const pen = createCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  return (x, y) => `#${Buffer.from(pen.getImageData(x * scale, y * scale, 1, 1).data.subarray(0, 3)).toString('hex')}`;
}

const painter = new Painter();
let drawing: Drawing;
let png: Buffer;
beforeAll(async () => {
  png = (await painter.paint((measure) => (drawing = chartDrawing(samplePicture, measure)!)))!;
});

describe('the picture', () => {
  it('is a PNG of twice the size', () => {
    const chunks = chunksOf(png);
    const header = chunks.get('IHDR')!;
    expect([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]]).toEqual([1_280, 520, 8, 6]);
    expect(inflateSync(chunks.get('IDAT')!)).toHaveLength(520 * (1 + 4 * 1_280));
    expect(chunks.has('IEND')).toBe(true);
  });

  it('has the colours of its parts where they are', async () => {
    const pixel = await pixelsOf(png);
    const lines = drawing.shapes.filter((shape) => shape.kind === 'line');
    const [normal, , critical] = lines.filter(({ width }) => width === 2);
    const [threshold] = lines.filter(({ dash }) => dash);
    const middle = ({ spots }: (typeof lines)[number]) => spots[Math.floor(spots.length / 2)]!;
    expect(pixel(middle(normal!).x, middle(normal!).y)).toBe(normal!.stroke);
    expect(pixel(middle(critical!).x, middle(critical!).y)).toBe(critical!.stroke);
    expect(pixel(threshold!.spots[0]!.x + 3, threshold!.spots[0]!.y)).toBe(threshold!.stroke);
    expect([pixel(320, 8), pixel(300, 200)]).toEqual(['#ffffff', '#ffffff']);
  });

  it('has letters, though the machine may have no fonts', async () => {
    const image = await loadImage(png);
    const pen = createCanvas(image.width, image.height).getContext('2d');
    pen.drawImage(image, 0, 0);
    const title = pen.getImageData(16 * scale, 12 * scale, 100 * scale, 16 * scale).data;
    const dark = title.filter((value, index) => index % 4 === 0 && value < 0x60).length;
    expect(dark).toBeGreaterThan(300);
  });
});

describe('a painter', () => {
  const small = (): Drawing => ({ width: 10, height: 10, shapes: [] });

  it('paints nothing where nothing is laid out', async () => {
    expect(await painter.paint(() => null)).toBeNull();
  });

  it('goes on after one that failed', async () => {
    const failing = painter.paint(() => {
      throw new Error('cannot be laid out');
    });
    const next = painter.paint(small);
    await expect(failing).rejects.toThrow('cannot be laid out');
    expect(await next).not.toBeNull();
  });

  it('paints one at a time, and lets only so many wait', async () => {
    const done: number[] = [];
    const laidOut: number[] = [];
    const asked = Array.from({ length: 40 }, (_, index) =>
      painter
        .paint(() => {
          expect(done).toHaveLength(laidOut.length);
          laidOut.push(index);
          return small();
        })
        .then((painted) => painted && done.push(index)),
    );
    const painted = await Promise.all(asked);
    expect(painted.filter((one) => one === null)).toHaveLength(40 - 21);
    expect(done).toEqual(Array.from({ length: 21 }, (_, index) => index));
  });
});
