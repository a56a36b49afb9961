import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { sdkVersion } from '../sdk-version.ts';
import { readRetryAfter } from './retry-pause.ts';

export interface Answer {
  /** Of HTTP; 0 where none came. */
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** Of the answer, at most 16 KiB of it; what went wrong where none came. */
  readonly text: string;
}

export interface Target {
  readonly url: URL;
  readonly key: string | undefined;
}

const timeoutMs = 10_000;
const longestAnswer = 16_384;
const agents = { 'http:': new Agent({ keepAlive: true, maxSockets: 4 }), 'https:': new TlsAgent({ keepAlive: true, maxSockets: 4 }) };

/** One attempt. Never rejects. Its socket does not keep the process alive; redirects are not followed. */
export function post({ url, key }: Target, body: Buffer, signal: AbortSignal): Promise<Answer> {
  const secure = url.protocol === 'https:';
  const headers = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': body.length,
    'user-agent': `beaconhouse-node/${sdkVersion}`,
    ...(key && { 'x-api-key': key }),
  };
  const options = {
    method: 'POST',
    headers,
    agent: agents[secure ? 'https:' : 'http:'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  };
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, retryAfterMs: undefined, text: error.message });
    const request = (secure ? requestHttps : requestHttp)(url, options, (answer) => void readAnswer(answer).then(resolve, failed));
    request.on('error', failed);
    request.on('socket', (socket) => socket.unref());
    request.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const piece of answer) if (text.length < longestAnswer) text += piece;
  return { status: answer.statusCode ?? 0, retryAfterMs: readRetryAfter(answer.headers['retry-after'], Date.now()), text };
}
