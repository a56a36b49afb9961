import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { RunTrouble } from '../run-trouble.ts';
import { type AddressGuard, AddressRefused } from './address-guard.ts';

const limitMs = 10_000;
export const mostRedirects = 5;

export interface WarmUpRequest {
  readonly url: string;
  /** Sent to the origin of the address only. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One request that is not measured: what a server, its caches and names do only the first time is over then. How it is answered does not matter, since the
 * browser meets the same. Throws RunTrouble where an address on the way is refused.
 */
export async function warmUp({ url, headers }: WarmUpRequest, guard: AddressGuard): Promise<void> {
  let next: URL | undefined = new URL(url);
  const { origin } = next;
  for (let hops = 0; next && hops <= mostRedirects; hops += 1) {
    try {
      next = await ask(next, next.origin === origin ? headers : {}, guard);
    } catch (error) {
      if (error instanceof AddressRefused) throw new RunTrouble('refused', `${url} may not be visited: ${error.message}`, { cause: error });
      return;
    }
  }
}

/** Where the answer leads to. */
async function ask(url: URL, headers: Readonly<Record<string, string>>, guard: AddressGuard): Promise<URL | undefined> {
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const plain = await guard.connect(host, Number(url.port) || (secure ? 443 : 80));
  // A wrong certificate is for the browser to tell.
  const socket = secure ? connectTls({ socket: plain, servername: host, rejectUnauthorized: false }) : plain;
  const options = { headers: { ...headers, accept: 'text/html' }, createConnection: () => socket, timeout: limitMs };
  const asked = (secure ? requestHttps : requestHttp)(url, options);
  try {
    return await answered(asked, url);
  } finally {
    socket.destroy();
  }
}

function answered(asked: ClientRequest, url: URL): Promise<URL | undefined> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => asked.destroy(new Error(`no answer within ${limitMs} ms`)), limitMs);
    const end = (answer: IncomingMessage) => {
      clearTimeout(limit);
      const { statusCode = 0, headers } = answer;
      resolve(statusCode >= 300 && statusCode < 400 && headers.location ? redirected(headers.location, url) : undefined);
    };
    asked.on('response', (answer) => answer.resume().on('close', () => end(answer)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Elsewhere than to the web nothing is asked here, and the browser does not go either. */
function redirected(location: string, from: URL): URL | undefined {
  const to = URL.parse(location, from.href);
  return to && /^https?:$/.test(to.protocol) ? to : undefined;
}
