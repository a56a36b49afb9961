import type { Weight } from './chart-text.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** One thing on a picture, in CSS pixels from the upper left. Colours are CSS. */
export type Shape =
  | (Spot & {
      readonly kind: 'box';
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly fill: string;
      readonly stroke?: string;
    })
  | { readonly kind: 'area'; readonly spots: readonly Spot[]; readonly fill: string }
  | {
      readonly kind: 'line';
      readonly spots: readonly Spot[];
      readonly stroke: string;
      readonly width: number;
      readonly dash?: readonly number[];
    }
  | (Spot & { readonly kind: 'dot'; readonly radius: number; readonly fill: string; readonly stroke?: string })
  | (Spot & {
      readonly kind: 'text';
      readonly text: string;
      readonly size: number;
      readonly weight: Weight;
      readonly fill: string;
      /** What of the text stands at `x`; `y` is its baseline. */
      readonly align: 'left' | 'center' | 'right';
    });

/** From back to front. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}
