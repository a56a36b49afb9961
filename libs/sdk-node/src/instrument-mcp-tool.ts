import { callerOf, connectionAttributes } from './calls/mcp-request.ts';
import { type CallOptions, measureCall } from './calls/measure-call.ts';

/** A tool's handler: its parameters first, then what the server of the MCP SDK passes beside them. */
// biome-ignore lint/suspicious/noExplicitAny: any handler's signature
export type ToolHandler = (this: any, ...args: any[]) => unknown;

/**
 * The same handler, whose calls are measured as spans named `tools/call {tool}` (under dd-trace: operation `mcp.tool`, resource the tool).
 * While it runs its span is the active one, so that queries and requests inside belong to it. Result, error and timing are the handler's;
 * what goes wrong in measuring is swallowed and counted.
 */
export function instrumentMCPTool<F extends ToolHandler>(toolName: string, handler: F, options: CallOptions = {}): F {
  const measured = function (this: unknown, ...args: unknown[]) {
    const [params, extra] = args;
    const describe = () => ({
      method: 'tools/call',
      tool: toolName,
      name: `tools/call ${toolName}`,
      kind: 'server' as const,
      isHandler: true,
      hasHandler: false,
      caller: callerOf(params, extra),
      attributes: connectionAttributes(extra),
      params,
      options,
    });
    return measureCall(describe, () => handler.apply(this, args));
  };
  return measured as F;
}
