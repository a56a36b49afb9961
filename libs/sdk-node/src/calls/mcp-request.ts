import { type Caller, findCarrier } from '../context/trace-context.ts';
import type { Attributes } from '../grounds/ground.ts';
import { redactText } from '../params/redact.ts';

/** What handlers of @modelcontextprotocol/sdk get beside the request, as far as it is read here; the second form is that of its version 2. */
interface HandlerExtra {
  readonly _meta?: unknown;
  readonly sessionId?: unknown;
  readonly requestId?: unknown;
  readonly requestInfo?: { readonly headers?: unknown };
  readonly mcpReq?: { readonly _meta?: unknown; readonly id?: unknown };
  readonly http?: { readonly req?: { readonly headers?: unknown } };
}

interface McpRequest {
  readonly params?: {
    readonly name?: unknown;
    readonly uri?: unknown;
    readonly arguments?: unknown;
    readonly _meta?: unknown;
  };
}

/** Longest text of an attribute. */
const longest = 256;
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, longest) : undefined);

/** Places of `_meta`, the surest first. Widgets whose bridge takes none put it among the arguments. */
export function callerOf(request: unknown, extra: unknown): Caller {
  const { params } = (request ?? {}) as McpRequest;
  const { _meta, mcpReq } = (extra ?? {}) as HandlerExtra;
  const metaOf = (value: unknown) => (value as { _meta?: unknown } | undefined | null)?._meta;
  return {
    remote: findCarrier(metaOf(params), _meta, metaOf(mcpReq), metaOf(params?.arguments), metaOf(request)),
    elsewhere: findCarrier(headersOf(extra)),
  };
}

/** The tool's name where the request calls one. */
export const toolOf = (method: string, request: unknown) =>
  method === 'tools/call' ? (text((request as McpRequest).params?.name) ?? 'unknown') : undefined;

/** What a request is about, for the name of its span: few values, so never an address. */
export const targetOf = (method: string, request: unknown) =>
  method === 'tools/call' || method === 'prompts/get' ? text((request as McpRequest).params?.name) : undefined;

/** By the conventions for MCP (https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/). */
export function requestAttributes(method: string, request: unknown, extra: unknown): Attributes {
  const { params } = (request ?? {}) as McpRequest;
  return {
    'gen_ai.prompt.name': method === 'prompts/get' ? text(params?.name) : undefined,
    'mcp.resource.uri': typeof params?.uri === 'string' ? redactText(params.uri.replace(/[?#].*$/s, ''), longest) : undefined,
    ...connectionAttributes(extra),
  };
}

export function connectionAttributes(extra: unknown): Attributes {
  const { sessionId, requestId, mcpReq } = (extra ?? {}) as HandlerExtra;
  const headers = headersOf(extra);
  return {
    'jsonrpc.request.id': text(requestId ?? mcpReq?.id),
    'mcp.session.id': text(sessionId ?? headers?.['mcp-session-id']),
    'mcp.protocol.version': text(headers?.['mcp-protocol-version']),
    'network.transport': headers && 'tcp',
  };
}

const namesRead = ['traceparent', 'tracestate', 'mcp-session-id', 'mcp-protocol-version'];

/** Those that are read here; a plain record in version 1, `Headers` in version 2. */
function headersOf(extra: unknown): Record<string, string | undefined> | undefined {
  const { requestInfo, http } = (extra ?? {}) as HandlerExtra;
  const headers = requestInfo?.headers ?? http?.req?.headers;
  if (!headers || typeof headers !== 'object') return undefined;
  const get = 'get' in headers && typeof headers.get === 'function' ? (name: string) => (headers as Headers).get(name) : undefined;
  const read = (name: string) => (get ? get(name) : (headers as Record<string, unknown>)[name]);
  return Object.fromEntries(namesRead.map((name) => [name, text(read(name))]));
}
