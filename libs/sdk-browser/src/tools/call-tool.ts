import { replaceMethod } from '../browser/watch.ts';
import { beginCall, callToolLayer, type EndCall, outerLayer } from './tool-meter.ts';
import { withTrace } from './trace-context.ts';

// biome-ignore lint/suspicious/noExplicitAny: any bridge's signature
export type AnyFunction = (...args: any[]) => any;

const ours = new WeakSet<AnyFunction>();

/**
 * Measures a bridge's call function, `(name, args)` or `({ name, ... })`. Result, error and timing are the original's;
 * only the promise is a new one, so that a rejection nobody handles is still reported as the app's.
 */
export function wrapCall<F extends AnyFunction>(original: F, layer = callToolLayer): F {
  const wrapped = function (this: unknown, ...args: unknown[]) {
    const [named] = args;
    const byName = typeof named === 'string';
    const begun = beginCall(byName ? named : (named as { name?: unknown } | undefined)?.name, layer);
    if (!begun) return original.apply(this, args);
    if (byName) args[1] = withTrace(args[1], begun[0]);
    return follow(() => original.apply(this, args), begun[1]);
  } as F;
  ours.add(wrapped);
  return wrapped;
}

function follow(run: () => unknown, end: EndCall): unknown {
  const failed = (error: unknown) => {
    end(error, true);
    throw error;
  };
  const succeeded = (result: unknown) => {
    end(result);
    return result;
  };
  let result: PromiseLike<unknown> | undefined;
  try {
    result = run() as PromiseLike<unknown> | undefined;
  } catch (error) {
    return failed(error);
  }
  return result?.then ? result.then(succeeded, failed) : succeeded(result);
}

/**
 * Measures a bridge's calls, in place if it lets itself be changed. Answers the bridge to use: itself, or for a frozen
 * one a stand-in whose call methods are measured and everything else the bridge's. Repeated, it wraps only what is new.
 */
export function instrument<T extends object>(target: T): T {
  const bridge = target as Record<string, AnyFunction>;
  let usable = bridge;
  // `callTool` is ChatGPT's; `performAction` is an alias some pages define, usually on top of it.
  for (const method of ['performAction', 'callTool']) {
    const original = bridge[method];
    const layer = method === 'callTool' ? callToolLayer : outerLayer;
    if (!original || ours.has(original) || replaceMethod(bridge, method, wrapCall(original, layer))) continue;
    usable = Object.create(usable, { [method]: { value: wrapCall(original.bind(bridge), layer) } });
  }
  return usable as T;
}
