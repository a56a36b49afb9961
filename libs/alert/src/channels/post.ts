export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent exactly as it is. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970: what a Retry-After that names a date is measured from. */
  readonly now: number;
  readonly timeoutMs?: number;
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
/** Of an answer; what is longer is no answer of a provider. */
const mostBytes = 64 * 1_024;
/** Nothing was sent where there was no connection. */
const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Posts once. Rejects only where `signal` is aborted. Redirects are not followed: they would carry secrets elsewhere. */
export async function post({ url, headers, body, signal, now, timeoutMs = usualTimeoutMs }: PostRequest): Promise<Answer> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'manual' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, text: await beginningOf(response), retryAfterMs: retryAfterOf(response, now) };
  } catch (error) {
    signal.throwIfAborted();
    const cause = (error as Error).cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return {
      status: null,
      reason: cause instanceof Error ? cause.message || code : (error as Error).message,
      ambiguous: !beforeSending.has(code),
    };
  }
}

async function beginningOf(response: Response): Promise<string> {
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

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfterOf(response: Response, now: number): number | null {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
