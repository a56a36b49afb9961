/** What came of one attempt: only the adapter that made it knows whether another can help. */
export type Attempt =
  | { readonly result: 'delivered' }
  /** As it is it will never be taken. */
  | { readonly result: 'refused'; readonly reason: string }
  | {
      readonly result: 'later';
      readonly reason: string;
      /** What the receiver asked for, milliseconds from now. */
      readonly retryAfterMs: number | null;
    };

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970: what a Retry-After that names a date is measured from. */
  readonly now: number;
}

/** From the first byte sent to the status received. */
const timeoutMs = 10_000;
/** Of what the receiver says to a refusal. */
const reasonBytes = 500;

/** Sends JSON once. Rejects only where `signal` is aborted. Redirects are not followed: they would carry the key elsewhere. */
export async function postJson({ url, headers, body, signal, now }: PostRequest): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return await attemptOf(response, now);
  } catch (error) {
    signal.throwIfAborted();
    return { result: 'later', reason: messageOf(error as Error), retryAfterMs: null };
  }
}

async function attemptOf(response: Response, now: number): Promise<Attempt> {
  const { status } = response;
  if (response.ok) {
    await response.body?.cancel();
    return { result: 'delivered' };
  }
  const reason = `HTTP ${status} ${await beginningOf(response)}`.trim();
  const later = status === 429 || status >= 500;
  return later ? { result: 'later', reason, retryAfterMs: retryAfterOf(response, now) } : { result: 'refused', reason };
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  let text = '';
  const decoder = new TextDecoder();
  for (let read = await reader?.read(); read && !read.done && text.length < reasonBytes; read = await reader?.read())
    text += decoder.decode(read.value, { stream: true });
  await reader?.cancel();
  return text.slice(0, reasonBytes);
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfterOf(response: Response, now: number): number | null {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** fetch says only that it failed; what failed is the cause. */
function messageOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
