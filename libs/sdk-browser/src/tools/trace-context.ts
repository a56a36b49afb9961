import type { ToolCall } from './tool-meter.ts';

const isObject = (value: unknown): value is { _meta?: unknown } => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of `params` whose `_meta` carries the call's W3C traceparent; what the app put there itself stays and wins.
 * Where `params` has no `_meta` yet, one is made only if `create`.
 */
export function withTrace<T>(params: T, call: ToolCall, create: boolean): T {
  const bag: unknown = params ?? {};
  if (!isObject(bag) || !(isObject(bag._meta) || (create && bag._meta === undefined))) return params;
  return { ...bag, _meta: { traceparent: `00-${call._traceId}-${call._spanId}-01`, ...bag._meta } } as T;
}
