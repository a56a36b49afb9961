import { datadogRum } from '../bridges/datadog-bridge.ts';
import { onCallEnd, sizeOf } from '../tools/tool-meter.ts';

/** Every tool call is told to Datadog too, however the widget makes it. */
export function tellToolCalls(): void {
  onCallEnd((tool, duration, result, thrown) => {
    const now = Date.now();
    datadogRum.addTiming(`mcp.tool.${tool}.start`, now - duration);
    datadogRum.addTiming(`mcp.tool.${tool}.end`, now);
    const refused = !thrown && (result as { isError?: unknown } | null)?.isError;
    if (thrown || refused) {
      const error = thrown ? errorOf(result) : new Error(`${tool} answered isError`);
      datadogRum.addError(error, { tool_name: tool, duration, status: 'error' });
    } else datadogRum.addAction('mcp_tool_executed', { tool_name: tool, duration, response_size: sizeOf(result), status: 'success' });
  });
}

/** JSON-RPC answers an error that is none of the language's. */
function errorOf(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { message } = (thrown ?? {}) as { message?: unknown };
  return new Error(String(message ?? thrown));
}
