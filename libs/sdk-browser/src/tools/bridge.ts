import { complain } from '../browser/diagnostics.ts';
import type { Stop } from '../browser/listen.ts';
import { layers } from './tool-meter.ts';
import { type AnyFunction, type CallShape, type CurrentMeter, wrapCall } from './wrap-call-tool.ts';

/**
 * `callTool` is ChatGPT's; `performAction` is an alias some pages define; `callServerTool` is the App class of MCP Apps,
 * whose parameters have a `_meta` by specification.
 */
const methods: Record<string, CallShape> = {
  performAction: { _layer: layers.outer, _traced: ['arguments'] },
  callTool: { _layer: layers.callTool, _traced: ['arguments'] },
  callServerTool: { _layer: layers.outer, _traced: ['meta', 'arguments'] },
};

type Bridge = Record<string, AnyFunction>;
const ours = new WeakSet<AnyFunction>();

function wrapMethod(method: string, original: AnyFunction, currentMeter: CurrentMeter): AnyFunction {
  const wrapped = wrapCall(original, methods[method] as CallShape, currentMeter);
  ours.add(wrapped);
  return wrapped;
}

/** Measures a bridge's calls in place. A frozen bridge stays as it is. Repeating it wraps what is new only. */
export function patchBridge(target: object, currentMeter: CurrentMeter, stops: Stop[]): boolean {
  const bridge = target as Bridge;
  let complete = true;
  for (const method in methods) {
    const original = bridge[method];
    if (typeof original !== 'function' || ours.has(original)) continue;
    const own = Object.hasOwn(bridge, method);
    const wrapped = wrapMethod(method, original, currentMeter);
    try {
      bridge[method] = wrapped;
    } catch (error) {
      complain(error);
    }
    if (bridge[method] !== wrapped) complete = false;
    else
      stops.push(() => {
        // Someone may have wrapped our wrapper; theirs then stays and ours passes calls through.
        if (bridge[method] !== wrapped) return;
        if (own) bridge[method] = original;
        else delete bridge[method];
      });
  }
  return complete;
}

/** A stand-in for a bridge that cannot be changed: everything is the bridge's, its call methods are measured. */
export function standInFor<T extends object>(target: T, currentMeter: CurrentMeter): T {
  const standIn = Object.create(target) as Bridge;
  for (const method in methods) {
    const original = (target as Bridge)[method];
    if (typeof original === 'function')
      Object.defineProperty(standIn, method, { value: wrapMethod(method, original.bind(target), currentMeter) });
  }
  return standIn as T;
}
