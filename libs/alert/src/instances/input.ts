import type { AlertSeverity, BurnPair } from '#contracts';

/** What was measured, and what it was held against, in the metric's own unit. */
interface MeasuredInput {
  readonly value: number;
  readonly reference: number;
  readonly samples: number;
  /** Where it is well as far as a graver line goes: what it has come down to. */
  readonly lowered: AlertSeverity | null;
  /** Of a burn rate: the pair of windows that is nearest to what must not be, or beyond it. */
  readonly pair?: BurnPair;
}

/** Outcome of one judgement of one instance. */
export type Input =
  | ({
      readonly kind: 'breach';
      readonly severity: AlertSeverity;
      /** Of a change: where it came from. */
      readonly baseline?: number;
    } & MeasuredInput)
  /** Neither broken nor well again. */
  | ({ readonly kind: 'hold' } & MeasuredInput)
  | ({ readonly kind: 'clear' } & MeasuredInput)
  /** Too few events to say anything. */
  | { readonly kind: 'few'; readonly samples: number }
  | { readonly kind: 'empty' }
  /** The pipeline is behind: what is stored says nothing about now. */
  | { readonly kind: 'stale' }
  /** The warehouse could not be asked. */
  | { readonly kind: 'error' };

export const isMeasuredInput = (input: Input): input is Extract<Input, MeasuredInput> => 'value' in input;
