import { guarded } from '../browser/diagnostics.ts';
import { config, running } from '../config.ts';
import { randomHex } from '../identity/ids.ts';
import { rate } from '../metric.ts';
import { record } from '../recorder.ts';
import { utf8Length } from '../transport/outbox.ts';
import { openaiBridge } from './openai-bridge.ts';
import { firstResult } from './widget.ts';

/** Where a call was seen; a call seen at one layer reappears at the deeper ones when the bridge is built on them. */
export const outerLayer = 0;
export const callToolLayer = 1;
export const messageLayer = 2;

export interface ToolCall {
  _tool: string;
  _layer: number;
  /** Of its span, in hex. */
  _ids: { traceId: string; spanId: string };
}

/** Says how a call ended; does nothing at a layer that is not the one to measure it. */
export type EndCall = (result: unknown, thrown?: boolean) => void;

type CallListener = (tool: string, duration: number, result: unknown, thrown?: boolean) => void;

/** True in the entry for Datadog alone: the others are bundled without what stands behind it. */
declare const TELLS_CALLS: boolean;

const open = new Set<ToolCall>();
let tellCall: CallListener | undefined;

/** Hears of every call that ended, in milliseconds; its failures are not the page's. */
export const onCallEnd = (listener: CallListener): void => {
  tellCall = guarded(listener);
};

/** Undefined: not to be measured, because no monitor runs or because it is a beacon being relayed. */
export const beginCall = guarded((named: unknown, layer: number): [call: ToolCall, end: EndCall] | undefined => {
  if (!running || (named && named === config.relayTool)) return undefined;
  const tool = String(named ?? 'unknown');
  for (const call of open) {
    if (call._tool === tool && call._layer < layer) {
      call._layer = layer;
      return [call, () => {}];
    }
  }
  const start = performance.now();
  const call = { _tool: tool, _layer: layer, _ids: { traceId: randomHex(32), spanId: randomHex(16) } };
  open.add(call);
  const end = (result: unknown, thrown?: boolean) => {
    open.delete(call);
    recordCall(call, performance.now() - start, result, thrown);
    firstResult();
  };
  return [call, guarded(end)];
});

function recordCall({ _tool, _ids }: ToolCall, renderTime: number, result: unknown, thrown = false): void {
  if (TELLS_CALLS) tellCall?.(_tool, renderTime, result, thrown);
  const failed = thrown || (result as { isError?: unknown } | null)?.isError;
  const responseBytes = thrown ? undefined : sizeOf(result);
  record({
    ..._ids,
    name: failed ? 'mcp-tool-error' : 'mcp-tool-execution',
    value: renderTime,
    rating: failed ? 'poor' : rate(renderTime, 2000, 4000),
    widgetContext: {
      toolName: _tool,
      renderTime,
      responseBytes,
      tokenCount: responseBytes && Math.ceil(responseBytes / 4),
      widgetSessionId: openaiBridge()?.toolResponseMetadata?.['openai/widgetSessionId'],
    },
    attributes: failed ? { failure: thrown ? 'thrown' : 'isError' } : undefined,
  });
}

/** A result that is no JSON (a cycle, a BigInt) has no size. */
export function sizeOf(result: unknown): number | undefined {
  try {
    return utf8Length(JSON.stringify(result));
  } catch {
    return undefined;
  }
}
