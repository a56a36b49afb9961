import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { EngineError } from '../engine/engine.ts';

/** A sender that is silent for longer has lost its connection. */
const idleMs = 10_000;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The body, decompressed, piece by piece. Throws QUERY_IS_TOO_LARGE as soon as there is more than `limit`. */
export async function* bodyPieces(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  const { socket } = request;
  const expire = () => request.destroy(new Error('the body stopped coming'));
  socket.setTimeout(idleMs, expire);
  let bytes = 0;
  try {
    // Destroying the request would take the connection with it, and the answer.
    for await (const piece of decoded(request).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > limit) throw new EngineError(`The body is larger than ${limit} bytes`, 229, 'QUERY_IS_TOO_LARGE');
      yield piece;
    }
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z')) throw cannotDecompress(error);
    throw error;
  } finally {
    request.unpipe();
    socket.setTimeout(0);
    socket.off('timeout', expire);
  }
}

export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bodyPieces(request, limit)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return request;
  const decoder = decoders[encoding]?.();
  if (!decoder)
    throw new EngineError(`Content-Encoding ${encoding} is not supported: send gzip, deflate, br or zstd`, 48, 'NOT_IMPLEMENTED');
  request.once('error', (error) => decoder.destroy(error));
  request.once('aborted', () => decoder.destroy(new Error('the body was cut off')));
  return request.pipe(decoder);
}

function cannotDecompress(cause: unknown): EngineError {
  return new EngineError('The body is not what its Content-Encoding says', 36, 'BAD_ARGUMENTS', { cause });
}
