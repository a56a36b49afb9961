import type { RunFailure } from './run-outcome.ts';

/** Nothing was measured, and why that is known. */
export class RunTrouble extends Error {
  override readonly name = 'RunTrouble';
  readonly reason: RunFailure;

  constructor(reason: RunFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
