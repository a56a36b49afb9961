import { createRequire } from 'node:module';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Measure, Weight } from './chart-text.ts';
import type { Drawing, Shape, Spot } from './drawing.ts';

/** Pixels of the picture for each CSS pixel. */
export const scale = 2;
/** Pictures that may wait for the one that is made; whoever comes then does without. */
const mostWaiting = 20;
/** Its glyphs come with the house: servers have none. Letters that it lacks are taken from the fonts of the machine. */
const family = 'Beaconhouse Inter';
const fontFiles: Readonly<Record<Weight, string>> = {
  400: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  600: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};

interface Studio {
  readonly canvas: Canvas;
  readonly pen: SKRSContext2D;
}

/** What is on a picture, found out when it is its turn. */
type LayOut = (measure: Measure) => Drawing | null | Promise<Drawing | null>;

/**
 * Makes PNGs, one after the other and on one canvas: it takes the memory of one picture, and never asks for the facts of two at a time. Nothing
 * is loaded before there is one to paint.
 */
export class Painter {
  #studio: Promise<Studio> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `layOut` gets the width of texts. Null where too many wait, or where nothing is drawn. */
  async paint(layOut: LayOut): Promise<Buffer | null> {
    if (this.#waiting > mostWaiting) return null;
    this.#waiting += 1;
    const painted = this.#last.then(() => this.#paint(layOut)).finally(() => (this.#waiting -= 1));
    this.#last = painted.catch(() => undefined);
    return painted;
  }

  async #paint(layOut: LayOut): Promise<Buffer | null> {
    this.#studio ??= openStudio();
    const { canvas, pen } = await this.#studio;
    const drawing = await layOut((text, size, weight) => {
      pen.font = fontOf(size, weight);
      return pen.measureText(text).width;
    });
    if (!drawing) return null;
    // Setting its size clears a canvas, and forgets what was set on it.
    canvas.width = drawing.width * scale;
    canvas.height = drawing.height * scale;
    pen.scale(scale, scale);
    pen.lineJoin = 'round';
    pen.lineCap = 'round';
    for (const shape of drawing.shapes) paintShape(pen, shape);
    // On a thread of its own.
    return canvas.encode('png');
  }
}

async function openStudio(): Promise<Studio> {
  const { createCanvas, GlobalFonts } = await import('@napi-rs/canvas');
  const { resolve } = createRequire(import.meta.url);
  for (const file of Object.values(fontFiles)) GlobalFonts.registerFromPath(resolve(file), family);
  const canvas = createCanvas(1, 1);
  return { canvas, pen: canvas.getContext('2d') };
}

const fontOf = (size: number, weight: Weight) => `${weight} ${size}px "${family}", sans-serif`;

function paintShape(pen: SKRSContext2D, shape: Shape): void {
  switch (shape.kind) {
    case 'box':
      pen.beginPath();
      pen.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius);
      finish(pen, shape);
      break;
    case 'area':
      trace(pen, shape.spots);
      pen.closePath();
      finish(pen, shape);
      break;
    case 'line':
      trace(pen, shape.spots);
      pen.lineWidth = shape.width;
      pen.setLineDash([...(shape.dash ?? [])]);
      pen.strokeStyle = shape.stroke;
      pen.stroke();
      break;
    case 'dot':
      pen.beginPath();
      pen.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI);
      finish(pen, shape);
      break;
    case 'text':
      pen.font = fontOf(shape.size, shape.weight);
      pen.textAlign = shape.align;
      pen.fillStyle = shape.fill;
      pen.fillText(shape.text, shape.x, shape.y);
      break;
  }
}

function trace(pen: SKRSContext2D, spots: readonly Spot[]): void {
  pen.beginPath();
  for (const { x, y } of spots) pen.lineTo(x, y);
}

function finish(pen: SKRSContext2D, { fill, stroke }: { readonly fill: string; readonly stroke?: string }): void {
  pen.fillStyle = fill;
  pen.fill();
  if (stroke === undefined) return;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.strokeStyle = stroke;
  pen.stroke();
}
