import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '#platform';

const mostBytes = 64 * 1024;

/** The body of a request as JSON; the house's HTTP apps leave bodies to whoever takes them. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new RequestRefused(413, 'body_too_large', `the body has at most ${mostBytes} bytes`, 'body', mostBytes);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new RequestRefused(400, 'body_invalid', 'body: is no JSON', 'body');
  }
}
