import type { IncomingMessage } from 'node:http';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { beaconLimits } from '#contracts';
import { type Refusal, refuse } from './arrival.ts';

export interface BodyLimits {
  /** Bytes on the wire. */
  readonly wireBytes: number;
  readonly inflatedBytes: number;
  readonly inflateRatio: number;
  /** Longest pause between two pieces, milliseconds. */
  readonly idleMs: number;
}

export const bodyLimitsOf = (wireBytes: number): BodyLimits => ({
  wireBytes,
  inflatedBytes: beaconLimits.inflatedBytes,
  inflateRatio: beaconLimits.inflateRatio,
  idleMs: 5_000,
});

const decoders: Readonly<Record<string, () => Gunzip | Inflate>> = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate };

/** The body, inflated where it says so; stops reading at the first byte beyond a limit. */
export async function readBody(request: IncomingMessage, encoding: string, limits: BodyLimits): Promise<Buffer | Refusal> {
  const identity = encoding === '' || encoding === 'identity';
  if (!identity && !Object.hasOwn(decoders, encoding)) {
    return refuse(
      'content_encoding_unsupported',
      `content encoding ${encoding.slice(0, 32)} is not understood`,
      'content-encoding',
      'gzip, deflate',
    );
  }
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.wireBytes) return tooLarge(limits.wireBytes);
  const wire = await readWire(request, limits);
  return identity || 'refused' in wire ? wire : inflate(wire, encoding, limits);
}

/** As much of a refused body as is taken for the sake of the answer. */
const lingering = { bytes: 16 * 1024 * 1024, ms: 1_000 };

/**
 * Takes what a client is still sending and throws it away, within bounds. A connection that closes on unread bytes is reset, and
 * the reset can overtake the answer: the client would see a broken connection instead of the reason. True when all was taken.
 */
export function discardRest(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    if (request.destroyed) return resolve(request.readableEnded);
    let size = 0;
    const onData = (piece: Buffer) => {
      size += piece.length;
      if (size > lingering.bytes) finish();
    };
    const finish = () => {
      clearTimeout(overdue);
      request.off('data', onData).off('end', finish).off('close', finish).pause();
      resolve(request.readableEnded || request.complete);
    };
    const overdue = setTimeout(finish, lingering.ms);
    request
      .on('error', () => {})
      .on('data', onData)
      .on('end', finish)
      .on('close', finish)
      .resume();
  });
}

const tooLarge = (limit: number) => refuse('body_too_large', `the body is larger than ${limit} bytes`, 'body', limit);

function readWire(request: IncomingMessage, limits: BodyLimits): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const finish = (result: Buffer | Refusal) => {
      clearTimeout(idle);
      request.off('data', onData).off('end', onEnd).off('error', onAbort).off('close', onAbort);
      // Without a listener a late error would end the process.
      request.on('error', () => {});
      if (!Buffer.isBuffer(result)) request.pause();
      resolve(result);
    };
    const onIdle = () => finish(refuse('body_timeout', `no data for ${limits.idleMs} ms`, 'body', limits.idleMs));
    const onData = (piece: Buffer) => {
      size += piece.length;
      if (size > limits.wireBytes) return finish(tooLarge(limits.wireBytes));
      pieces.push(piece);
      idle.refresh();
    };
    const onEnd = () => finish(Buffer.concat(pieces, size));
    const onAbort = () => finish(refuse('body_aborted', 'the connection closed before the body ended', 'body'));
    const idle = setTimeout(onIdle, limits.idleMs);
    request.on('data', onData).on('end', onEnd).on('error', onAbort).on('close', onAbort);
  });
}

/** Inflates in the thread pool, piece by piece, and stops at the limit instead of draining. */
function inflate(wire: Buffer, encoding: string, limits: BodyLimits): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const decoder = decoders[encoding]!();
    const pieces: Buffer[] = [];
    let size = 0;
    const stop = (refusal: Refusal) => {
      decoder
        .removeAllListeners('data')
        .removeAllListeners('end')
        .removeAllListeners('error')
        .on('error', () => {});
      decoder.destroy();
      resolve(refusal);
    };
    decoder.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > limits.inflatedBytes) return stop(tooLarge(limits.inflatedBytes));
      if (size > wire.length * limits.inflateRatio) {
        return stop(
          refuse(
            'compression_ratio_exceeded',
            `the body inflates to more than ${limits.inflateRatio} times its size`,
            'body',
            limits.inflateRatio,
          ),
        );
      }
      pieces.push(piece);
    });
    decoder.on('end', () => {
      const consumed = decoder.bytesWritten;
      resolve(consumed < wire.length ? invalid(encoding, 'bytes follow the compressed data') : Buffer.concat(pieces, size));
    });
    decoder.on('error', (error) => stop(invalid(encoding, error.message)));
    decoder.end(wire);
  });
}

const invalid = (encoding: string, detail: string) =>
  refuse('content_encoding_invalid', `the body is not valid ${encoding}: ${detail}`, 'body');
