import type { FastifyRequest } from 'fastify';
import { ToolRefusal } from './tool-refusal.ts';

/** Arguments of a sample tool are a few short fields. */
export const largestBodyBytes = 8 * 1024;

/** The request's JSON, whether the host application parses bodies itself or leaves them on the socket. */
export async function readJson({ body, raw, headers }: FastifyRequest): Promise<unknown> {
  // A form or text/plain could be posted by any page; JSON from another origin needs a preflight, which is never granted.
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw new ToolRefusal(415, 'content_type_unsupported', 'send application/json', 'content-type', 'application/json');
  }
  if (body !== undefined && body !== null && body !== raw) return body;
  const text = (await readBounded(raw)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new ToolRefusal(400, 'json_invalid', 'the body is not JSON', 'body');
  }
}

async function readBounded(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > largestBodyBytes) {
      throw new ToolRefusal(413, 'body_too_large', `the body is larger than ${largestBodyBytes} bytes`, 'body', largestBodyBytes);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
