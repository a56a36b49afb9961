import { lookup as lookUp } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { retryAfterMs } from '../retry-after.ts';

export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export interface CheckedRequest {
  /** Its host is no address that must not be posted to: of those nobody asks the resolver. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent exactly as it is. */
  readonly body: Uint8Array;
  /** Of what the name of the host resolves to. */
  readonly allows: (address: string) => boolean;
  readonly resolve?: Resolve | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timeoutMs?: number | undefined;
}

/** Nothing of what the other side wrote but its status: whoever may choose addresses could read with it. */
export type CheckedAnswer =
  | { readonly status: number; readonly retryAfterMs: number | null }
  | { readonly status: null; readonly reason: string; readonly refused: boolean; readonly ambiguous: boolean };

const usualTimeoutMs = 10_000;
/** Of an answer, which is read only so that its sender can end it. */
const mostBytes = 64 * 1_024;

class AddressRefused extends Error {}

/**
 * Posts once, over a connection of its own, to an address that was checked: the name is resolved once, and what it resolved to is connected
 * to. Follows no redirect. Rejects only where `signal` is aborted.
 */
export async function postChecked(request: CheckedRequest): Promise<CheckedAnswer> {
  const { signal, now, timeoutMs = usualTimeoutMs } = request;
  const sent = { connected: false };
  try {
    signal.throwIfAborted();
    const response = await answerOf(request, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), sent);
    await drain(response);
    return { status: response.statusCode!, retryAfterMs: retryAfterMs(response.headers['retry-after'], now) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, code } = error as NodeJS.ErrnoException;
    const reason = code === 'ABORT_ERR' ? `no answer in ${timeoutMs / 1_000} s` : message || String(code);
    return { status: null, reason, refused: error instanceof AddressRefused, ambiguous: sent.connected };
  }
}

function answerOf({ url, headers, body, allows, resolve }: CheckedRequest, signal: AbortSignal, sent: { connected: boolean }) {
  const secure = url.protocol === 'https:';
  return new Promise<IncomingMessage>((done, fail) => {
    const options = { method: 'POST', headers: { ...headers, 'content-length': body.byteLength }, agent: false as const, signal };
    const request = (secure ? requestHttps : requestHttp)(url, { ...options, lookup: checkedLookup(allows, resolve) });
    request.once('response', done).on('error', fail);
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        sent.connected = true;
      });
    });
    request.end(body);
  });
}

/** Where one address of a name is refused, all are: a name that leads inside half of the time is no mistake. */
function checkedLookup(allows: (address: string) => boolean, resolve: Resolve = (host) => lookUp(host, { all: true })): LookupFunction {
  return (host, options, answer) => {
    resolve(host).then(
      (found) => {
        const [first] = found;
        if (!first || !found.every(({ address }) => allows(address))) {
          answer(new AddressRefused('the name leads to an address that must not be posted to'), [], 0);
        } else if (options.all) {
          answer(null, [...found]);
        } else {
          answer(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => answer(error, [], 0),
    );
  };
}

async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const piece of response) {
      bytes += (piece as Buffer).length;
      if (bytes > mostBytes) break;
    }
  } catch {
    // Its status came; what else it was going to say is nobody's loss.
  }
  response.destroy();
}
