import { guarded } from '../browser/diagnostics.ts';
import type { Settings } from '../config.ts';
import { randomHex } from '../identity/ids.ts';
import { type Record_, rate } from '../metric.ts';
import { utf8Length } from '../transport/queue.ts';

/** Where a call was seen; a call seen at one layer reappears at the deeper ones when the bridge is built on them. */
export const layers = { outer: 0, callTool: 1, message: 2 } as const;

export interface ToolCall {
  _tool: string;
  /** Milliseconds on the page's clock. */
  _start: number;
  _layer: number;
  _traceId: string;
  _spanId: string;
}

export interface ToolMeter {
  _traceContext: Settings['traceContext'];
  /** Undefined: not to be measured at all. The flag says whether this layer is the one that measures it. */
  _begin(tool: unknown, layer: number): [call: ToolCall, measured: boolean] | undefined;
  _end(call: ToolCall, result: unknown, thrown?: boolean): void;
}

export function createToolMeter(
  record: Record_,
  { relayTool, traceContext }: Settings,
  onFirstResult: () => void,
  widgetSessionId: () => string | undefined,
): ToolMeter {
  const open = new Set<ToolCall>();
  const finish = guarded((call: ToolCall, result: unknown, thrown?: boolean) => {
    const renderTime = performance.now() - call._start;
    const failed = thrown || (result as { isError?: unknown } | null)?.isError === true;
    const id = widgetSessionId();
    record({
      name: failed ? 'mcp-tool-error' : 'mcp-tool-execution',
      value: renderTime,
      rating: failed ? 'poor' : rate(renderTime, 2000, 4000),
      traceId: call._traceId,
      spanId: call._spanId,
      widgetContext: { toolName: call._tool, renderTime, ...(thrown ? {} : resultSize(result)), ...(id && { widgetSessionId: id }) },
      ...(failed && { attributes: { failure: thrown ? 'thrown' : 'isError' } }),
    });
    onFirstResult();
  });
  return {
    _traceContext: traceContext,
    _begin(tool, layer) {
      if (tool === relayTool && tool) return undefined;
      const name = typeof tool === 'string' ? tool : 'unknown';
      for (const call of open) {
        if (call._tool === name && call._layer < layer) {
          call._layer = layer;
          return [call, false];
        }
      }
      const call = { _tool: name, _start: performance.now(), _layer: layer, _traceId: randomHex(32), _spanId: randomHex(16) };
      open.add(call);
      return [call, true];
    },
    _end(call, result, thrown) {
      open.delete(call);
      finish(call, result, thrown);
    },
  };
}

/** A result that is no JSON (a cycle, a BigInt) has no size. */
function resultSize(result: unknown): { responseBytes?: number; tokenCount?: number } {
  try {
    const responseBytes = utf8Length(JSON.stringify(result) ?? '');
    return { responseBytes, tokenCount: Math.ceil(responseBytes / 4) };
  } catch {
    return {};
  }
}
