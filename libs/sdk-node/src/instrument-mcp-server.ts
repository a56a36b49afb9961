import { callerOf, requestAttributes, targetOf, toolOf } from './calls/mcp-request.ts';
import { type CallOptions, measureCall } from './calls/measure-call.ts';
import { guarded } from './diagnostics.ts';
import { theGround } from './grounds/the-ground.ts';
import { instrumentMCPTool, type ToolHandler } from './instrument-mcp-tool.ts';

export interface ServerOptions extends Omit<CallOptions, 'params'> {
  /** Names of parameters that may be recorded, by tool; `*` for all tools. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
}

type RequestHandler = (request: unknown, extra: unknown) => unknown;

/** `Server` of the MCP SDK, as far as it is touched here. */
interface LowLevelServer {
  setRequestHandler?: (...args: unknown[]) => unknown;
  _requestHandlers?: Map<string, RequestHandler>;
  _onrequest?: (request: unknown, ...rest: unknown[]) => unknown;
}

/** `McpServer`. */
interface HighLevelServer {
  readonly server?: LowLevelServer;
  registerTool?: (...args: unknown[]) => unknown;
  tool?: (...args: unknown[]) => unknown;
  _registeredTools?: Record<string, { handler?: unknown }>;
}

/** Neither tells anything of an app. */
const untold = new Set(['ping', 'logging/setLevel']);
const instrumented = new WeakSet<object>();

/**
 * Measures every request to a server of the official MCP SDK (`McpServer` or `Server`), in place: what was registered before and what comes
 * later. A result with `isError` counts as an error. Answers the same server; repeated, it does nothing more.
 */
export function instrumentMCPServer<S extends object>(server: S, options: ServerOptions = {}): S {
  guarded(instrument)(server, options);
  return server;
}

function instrument(server: HighLevelServer & LowLevelServer, options: ServerOptions): void {
  if (instrumented.has(server)) return;
  instrumented.add(server);
  const inner = server.server ?? server;
  if (!(inner._requestHandlers instanceof Map)) throw new TypeError('instrumentMCPServer: this is no server of @modelcontextprotocol/sdk');
  if (server.server) instrumentTools(server, options);
  instrumentRequests(inner, inner._requestHandlers, options, server.server !== undefined);
}

/** Handlers are wrapped where the server keeps them: there they see the request as it came, and a result that breaks its schema as an error. */
function instrumentRequests(
  server: LowLevelServer,
  handlers: Map<string, RequestHandler>,
  options: ServerOptions,
  hasTools: boolean,
): void {
  const seen = new Map<string, RequestHandler>();
  const wrapNew = guarded(() => {
    for (const [method, handler] of handlers) {
      if (untold.has(method) || seen.get(method) === handler) continue;
      handlers.set(method, measuredRequest(method, handler, options, hasTools));
      // What is kept may be a wrapper of another tracer around ours.
      seen.set(method, handlers.get(method) as RequestHandler);
    }
  });
  const { setRequestHandler } = server;
  translateRequests(server);
  if (setRequestHandler)
    server.setRequestHandler = (...args) => {
      const result = setRequestHandler.apply(server, args);
      wrapNew();
      return result;
    };
  wrapNew();
}

/** For a tracer that reads requests itself: it makes its span before any handler runs. */
function translateRequests(server: LowLevelServer): void {
  const { _onrequest } = server;
  if (!_onrequest) return;
  const translated = guarded((request: unknown) => theGround()?.translate?.(request));
  server._onrequest = (request, ...rest) => _onrequest.call(server, translated(request) ?? request, ...rest);
}

function measuredRequest(method: string, handler: RequestHandler, options: ServerOptions, hasTools: boolean): RequestHandler {
  return function (this: unknown, request, extra) {
    const describe = () => {
      const tool = toolOf(method, request);
      const target = targetOf(method, request);
      return {
        method,
        tool,
        name: target === undefined ? method : `${method} ${target}`,
        kind: 'server' as const,
        isHandler: false,
        hasHandler: hasTools && tool !== undefined,
        caller: callerOf(request, extra),
        attributes: requestAttributes(method, request, extra),
        params: (request as { params?: { arguments?: unknown } }).params?.arguments,
        options: optionsOf(options, tool),
      };
    };
    return measureCall(describe, () => handler.call(this, request, extra));
  };
}

/** Tools that come by `registerTool` or `tool`, and those that came before: only their handlers see what was thrown. */
function instrumentTools(server: HighLevelServer, options: ServerOptions): void {
  const wrap = (name: string, handler: unknown) => instrumentMCPTool(name, handler as ToolHandler, optionsOf(options, name));
  for (const [name, tool] of Object.entries(server._registeredTools ?? {}))
    if (typeof tool.handler === 'function') tool.handler = wrap(name, tool.handler);
  for (const method of ['registerTool', 'tool'] as const) {
    const original = server[method];
    if (!original) continue;
    server[method] = (...args) => {
      const [name, handler] = [args[0], args.at(-1)];
      const wrapped = typeof name === 'string' && typeof handler === 'function' ? args.with(-1, wrap(name, handler)) : args;
      return original.apply(server, wrapped);
    };
  }
}

function optionsOf({ params = {}, ...options }: ServerOptions, tool: string | undefined): CallOptions {
  return tool === undefined ? options : { ...options, params: [...(params['*'] ?? []), ...(params[tool] ?? [])] };
}
