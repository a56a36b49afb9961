import type { Settings } from '../config.ts';
import type { ToolMeter } from './tool-meter.ts';
import { withTrace } from './trace-context.ts';

// biome-ignore lint/suspicious/noExplicitAny: any bridge's signature
export type AnyFunction = (...args: any[]) => any;

/** The running monitor's meter; undefined once it is destroyed, and calls pass straight through. */
export type CurrentMeter = () => ToolMeter | undefined;

/** What is known of a bridge's method: its layer, and for which setting its parameters may be given a `_meta` of ours. */
export interface CallShape {
  _layer: number;
  _traced: Settings['traceContext'][];
}

/**
 * Measures a bridge's call function, `(name, args)` or `({ name, ... })`. Result, error and timing are the original's;
 * only the promise is a new one, so that a rejection nobody handles is still reported as the app's.
 */
export function wrapCall<F extends AnyFunction>(original: F, shape: CallShape, currentMeter: CurrentMeter): F {
  return function (this: unknown, ...args: unknown[]) {
    const byName = typeof args[0] === 'string';
    const meter = currentMeter();
    const begun = meter?._begin(byName ? args[0] : (args[0] as { name?: unknown } | undefined)?.name, shape._layer);
    if (!meter || !begun) return original.apply(this, args);
    const [call, measured] = begun;
    const end = (result: unknown, thrown?: boolean) => measured && meter._end(call, result, thrown);
    const at = byName ? 1 : 0;
    if (meter._traceContext) args[at] = withTrace(args[at], call, shape._traced.includes(meter._traceContext));
    try {
      const result = original.apply(this, args);
      if (typeof result?.then === 'function') return follow(result, end);
      end(result);
      return result;
    } catch (error) {
      end(error, true);
      throw error;
    }
  } as F;
}

function follow(promise: PromiseLike<unknown>, end: (result: unknown, thrown?: boolean) => void): PromiseLike<unknown> {
  return promise.then(
    (value) => {
      end(value);
      return value;
    },
    (error) => {
      end(error, true);
      throw error;
    },
  );
}
