import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** https://docs.datadoghq.com/api/latest/metrics/#submit-metrics */
export interface DatadogSeries {
  /** Letters, digits, `_` and `.`, beginning with a letter. */
  readonly metric: string;
  /** 1: a count, of `interval` seconds. 3: a gauge. */
  readonly type: 1 | 3;
  readonly interval?: number;
  readonly unit?: string;
  /** Seconds since 1970; at most an hour old. */
  readonly points: readonly { readonly timestamp: number; readonly value: number }[];
  readonly tags: readonly string[];
}

export interface DatadogAccount {
  readonly apiKey: string;
  /** https://api.<site>; without a slash at its end. */
  readonly url: string;
}

/** What came of it. A part may have arrived where it did not all: a repetition writes over it. */
export type SeriesSent =
  | { readonly result: 'delivered'; readonly requests: number /** On the wire. */; readonly bytes: number }
  /** As it is it will never be taken. */
  | { readonly result: 'refused'; readonly reason: string }
  | {
      readonly result: 'later';
      readonly reason: string /** Milliseconds from now, as Datadog asked. */;
      readonly retryAfterMs: number | null;
    };

/** Datadog takes 512,000 bytes as they travel and 5 MiB unpacked. */
const most = { travelling: 500_000, unpacked: 4 * 2 ** 20 } as const;
const timeoutMs = 10_000;
const reasonCharacters = 300;

const compress = promisify(gzip);

/** Sends them in as few requests as Datadog takes, one after the other, up to the first that it does not take. Rejects only where `signal` is aborted. */
export async function sendSeries(series: readonly DatadogSeries[], account: DatadogAccount, signal: AbortSignal): Promise<SeriesSent> {
  let [requests, bytes] = [0, 0];
  for (const body of await bodiesOf(series)) {
    const failure = await post(body, account, signal);
    if (failure) return failure;
    requests += 1;
    bytes += body.byteLength;
  }
  return { result: 'delivered', requests, bytes };
}

/** Halved until each fits. */
async function bodiesOf(series: readonly DatadogSeries[]): Promise<Uint8Array<ArrayBuffer>[]> {
  if (series.length === 0) return [];
  const text = JSON.stringify({ series });
  const body = Buffer.byteLength(text) <= most.unpacked ? await compress(text) : undefined;
  if (body && body.byteLength <= most.travelling) return [new Uint8Array(body)];
  if (series.length === 1) throw new Error(`the series ${series[0]!.metric} is too large to be sent`);
  const half = Math.ceil(series.length / 2);
  return [...(await bodiesOf(series.slice(0, half))), ...(await bodiesOf(series.slice(half)))];
}

async function post(body: Uint8Array<ArrayBuffer>, { url, apiKey }: DatadogAccount, signal: AbortSignal): Promise<SeriesSent | undefined> {
  try {
    const response = await fetch(`${url}/api/v2/series`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'dd-api-key': apiKey },
      // A redirect would carry the key elsewhere.
      ...{ body, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
    });
    return await failureOf(response, apiKey);
  } catch (error) {
    signal.throwIfAborted();
    // fetch says only that it failed; what failed is the cause.
    const { message } = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    return { result: 'later', reason: message, retryAfterMs: null };
  }
}

async function failureOf(response: Response, apiKey: string): Promise<SeriesSent | undefined> {
  const { status, headers } = response;
  if (response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const text = (await response.text()).replaceAll(apiKey, '[key]');
  const reason = `HTTP ${status} ${text}`.trim().slice(0, reasonCharacters).toWellFormed();
  if (status !== 408 && status !== 429 && status < 500) return { result: 'refused', reason };
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return { result: 'later', reason, retryAfterMs: Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : null };
}
