import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/** Of a request that changes something: some text and a rule. Where more comes, the route says how much. */
const usualBytes = 64 * 1024;
/** Longest pause between two pieces. */
const idleMs = 5_000;

/** The body as it came, byte by byte, for whoever checks a signature over it. */
export const RawBody = createParamDecorator((_: unknown, context: ExecutionContext): Promise<Buffer> => bodyOf(context, usualBytes));

/**
 * The body as JSON. A page of another site can send a form or plain text with its reader's browser, but no JSON, which it would have to ask
 * leave for. `most`: bytes that it may have; 64 KiB where that is not said.
 */
export const JsonBody = createParamDecorator(async (most: number | undefined, context: ExecutionContext): Promise<unknown> => {
  const bytes = await bodyOf(context, most ?? usualBytes);
  if (bytes.length === 0) return undefined;
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new Refusal('content_type_unsupported', 'send application/json', 'content-type', 'application/json');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal('body_invalid', 'the body is not JSON', 'body');
  }
});

async function bodyOf(context: ExecutionContext, bodyBytes: number): Promise<Buffer> {
  const http = context.switchToHttp();
  try {
    return await readBody(http.getRequest<FastifyRequest>().raw, bodyBytes);
  } catch (error) {
    // What is still coming goes with the connection.
    http.getResponse<FastifyReply>().header('connection', 'close');
    throw error;
  }
}

function readBody(request: IncomingMessage, bodyBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const refuse = (refusal: Refusal) => {
      clearTimeout(idle);
      request.removeAllListeners('data').resume();
      reject(refusal);
    };
    const idle = setTimeout(() => refuse(new Refusal('body_timeout', `no data for ${idleMs} ms`, 'body', idleMs)), idleMs);
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > bodyBytes) return refuse(new Refusal('body_too_large', `the body is larger than ${bodyBytes} bytes`, 'body', bodyBytes));
      pieces.push(piece);
      idle.refresh();
    });
    request.on('end', () => {
      clearTimeout(idle);
      resolve(Buffer.concat(pieces, size));
    });
    request.on('error', () => refuse(new Refusal('body_invalid', 'the connection closed before the body ended', 'body')));
  });
}
