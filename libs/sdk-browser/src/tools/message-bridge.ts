import { guarded } from '../browser/diagnostics.ts';
import { listen } from '../browser/watch.ts';
import { everything, flush } from '../transport/outbox.ts';
import { fromHost, interceptParent, realParent } from './parent-stand-in.ts';
import { beginCall, messageLayer } from './tool-meter.ts';
import { withTrace } from './trace-context.ts';
import { firstWidgetResult, hostReady } from './widget.ts';

type RpcId = string | number | undefined;

/** A JSON-RPC 2.0 message of MCP Apps, as far as it is read here; of a message of another kind all is undefined. */
interface RpcMessage {
  jsonrpc?: '2.0';
  id?: RpcId;
  method?: string;
  params?: { name?: unknown; arguments?: unknown };
  result?: { isError?: unknown; hostInfo?: unknown; hostContext?: { toolInfo?: { tool?: { name?: string } } } };
  error?: unknown;
}

type OnAnswer = ((answer: RpcMessage, event: Event) => void) | undefined;

/** Requests remembered; a host that never answers must not fill the memory. */
const requestsKept = 100;
/** How long the app has to answer a teardown itself, in ms. */
const teardownGrace = 200;

const requests = new Map<RpcId, OnAnswer>();
/** Kinds of messages that went out through the stand-in: JSON-RPC, others. */
const spoken = new Set<unknown>();
let teardownId: RpcId;

const read = (message: unknown) => (message ?? {}) as RpcMessage;

const post = (message: RpcMessage) => realParent.postMessage({ jsonrpc: '2.0', ...message }, '*');

function remember(id: RpcId, onAnswer: OnAnswer): void {
  requests.set(id, onAnswer);
  if (requests.size > requestsKept) requests.delete(requests.keys().next().value);
}

/** Posts a tool call of our own; the app never sees its answer, which its client would not know. */
export function callHost(id: string, name: string, args: unknown, onAnswer: (answer: RpcMessage) => void): void {
  remember(id, (answer, event) => {
    event.stopImmediatePropagation();
    onAnswer(answer);
  });
  post({ id, method: 'tools/call', params: { name, arguments: args } });
}

function outgoing(message: unknown): unknown {
  const { jsonrpc, id, method, params } = read(message);
  spoken.add(jsonrpc);
  if (id === teardownId) teardownId = undefined;
  if (!jsonrpc || !method) return message;
  const begun = method === 'tools/call' ? beginCall(params?.name, messageLayer) : undefined;
  remember(id, begun && (({ result, error }) => begun[1](error ?? result, !!error)));
  return begun ? { ...(message as RpcMessage), params: withTrace(params, begun[0], true) } : message;
}

function isReply(data: unknown): boolean {
  const { jsonrpc, id, method } = read(data);
  return jsonrpc && !method ? requests.has(id) : spoken.has(jsonrpc);
}

function incoming(event: MessageEvent): void {
  if (!fromHost(event)) return;
  const message = read(event.data);
  const { jsonrpc, id, method, result } = message;
  if (!jsonrpc) return;
  if (method === 'ui/notifications/tool-result') firstWidgetResult();
  if (method === 'ui/resource-teardown') {
    flush(everything);
    answerTeardown(id);
  }
  if (method) return;
  requests.get(id)?.(message, event);
  if (requests.has(id)) requests.set(id, undefined);
  if (result?.hostInfo) hostReady(result.hostContext?.toolInfo?.tool?.name);
}

/** Answers for an app that does not. One whose messages are not seen here may, and a request must not be answered twice. */
function answerTeardown(id: RpcId): void {
  teardownId = id;
  const answer = guarded(() => {
    if (id === teardownId) post({ id, result: {} });
  });
  if (spoken.has('2.0')) setTimeout(answer, teardownGrace);
}

/** Measures `tools/call` requests of MCP Apps between the page and its host, and hears what the host says. */
export function watchMessages(): void {
  interceptParent({ _outgoing: guarded(outgoing), _isReply: isReply });
  listen('message', incoming, true);
}
