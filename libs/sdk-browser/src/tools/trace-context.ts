import { config } from '../config.ts';
import type { ToolCall } from './tool-meter.ts';

/**
 * A copy of `params` whose `_meta` carries the call's W3C traceparent; what the app put there itself stays and wins.
 * Where `params` has no `_meta` yet, one is made only if `create`. Parameters that are no object stay as they are.
 */
export function withTrace<T>(params: T, { _ids }: ToolCall, create = config.traceContext === 'arguments'): T {
  const { _meta } = (params ?? {}) as { _meta?: object };
  return config.traceContext !== false && (_meta || create) && typeof (params ?? {}) === 'object'
    ? { ...params, _meta: { traceparent: `00-${_ids.traceId}-${_ids.spanId}-01`, ..._meta } }
    : params;
}
