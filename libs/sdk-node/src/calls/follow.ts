import { countInternalError } from '../diagnostics.ts';

/** Something that is measured while it runs. */
export interface Measured {
  /** Runs the inside once, with the span as the active one. */
  readonly within: (run: () => void) => void;
  /** Throws nothing. `result` is what was thrown, where something was. */
  readonly end: (result: unknown, thrown: boolean) => void;
}

/**
 * Runs it once, whatever goes wrong in measuring, and tells when it is over. Result, error and moment are those of `run`; only a promise is a new
 * one, so that a rejection nobody handles is still reported as the app's.
 */
export function follow(measured: Measured | undefined, run: () => unknown): unknown {
  if (!measured) return run();
  const { within, end } = measured;
  const failed = (error: unknown) => {
    end(error, true);
    throw error;
  };
  const succeeded = (result: unknown) => {
    end(result, false);
    return result;
  };
  const outcome = runWithin(within, run);
  if ('thrown' in outcome) return failed(outcome.thrown);
  return isPromise(outcome.value) ? outcome.value.then(succeeded, failed) : succeeded(outcome.value);
}

type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

function runWithin(within: Measured['within'], run: () => unknown): Outcome {
  let outcome: Outcome | undefined;
  try {
    within(() => {
      outcome = attempt(run);
    });
  } catch (error) {
    countInternalError(error);
  }
  return outcome ?? attempt(run);
}

function attempt(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (thrown) {
    return { thrown };
  }
}

/** An answer whose `then` cannot even be read is no promise. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | undefined | null)?.then === 'function';
  } catch {
    return false;
  }
}
