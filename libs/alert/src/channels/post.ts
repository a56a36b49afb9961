import { retryAfterMs } from './retry-after.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent exactly as it is. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970: what a Retry-After that names a date is measured from. */
  readonly now: number;
  readonly timeoutMs?: number;
  /** Of an answer; what is longer is cut. */
  readonly mostBytes?: number;
}

/** What came back, as far as anything did. */
export type Answer =
  | {
      readonly status: number;
      /** The beginning of it. */
      readonly text: string;
      readonly retryAfterMs: number | null;
    }
  | {
      readonly status: null;
      readonly reason: string;
      /** The request may have been read: what broke is not the way there. */
      readonly ambiguous: boolean;
    };

const usualTimeoutMs = 10_000;
/** Of an answer to one notice; what is longer is no answer of a provider. */
const usualBytes = 64 * 1_024;
/** Nothing was sent where there was no connection. */
const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Posts once. Rejects only where `signal` is aborted. Redirects are not followed: they would carry secrets elsewhere. */
export async function post({
  url,
  headers,
  body,
  signal,
  now,
  timeoutMs = usualTimeoutMs,
  mostBytes = usualBytes,
}: PostRequest): Promise<Answer> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'manual' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return {
      status: response.status,
      text: await beginningOf(response, mostBytes),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
    };
  } catch (error) {
    signal.throwIfAborted();
    // fetch says only that it failed; what failed is the cause.
    const cause = (error as Error).cause as { readonly message?: string; readonly code?: string } | undefined;
    const [code, reason] = [String(cause?.code ?? ''), cause?.message || String(cause?.code ?? (error as Error).message)];
    return { status: null, reason, ambiguous: !beforeSending.has(code) };
  }
}

async function beginningOf(response: Response, mostBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for (let read = await reader?.read(); read && !read.done && bytes < mostBytes; read = await reader?.read()) {
    text += decoder.decode(read.value, { stream: true });
    bytes += read.value.byteLength;
  }
  await reader?.cancel();
  return text.slice(0, mostBytes);
}
