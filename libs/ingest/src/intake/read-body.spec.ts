import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Refusal } from './arrival.ts';
import { type BodyLimits, readBody } from './read-body.ts';

const limits: BodyLimits = { wireBytes: 64 * 1024, inflatedBytes: 1024 * 1024, inflateRatio: 100, idleMs: 200 };

/** A real server that reads one body and tells what became of it. */
class BodyServer {
  readonly results: (Buffer | Refusal)[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = await readBody(request, request.headers['content-encoding'] ?? '', limits);
    this.results.push(result);
    response.end();
    if (!Buffer.isBuffer(result)) request.destroy();
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async until(count: number): Promise<void> {
    while (this.results.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('readBody', () => {
  let server: BodyServer;
  beforeEach(async () => {
    server = new BodyServer();
    await server.start();
  });
  afterEach(() => server.close());

  async function send(body: Buffer, encoding?: string): Promise<Buffer | Refusal> {
    const headers = encoding ? { 'content-encoding': encoding } : {};
    await fetch(`http://127.0.0.1:${server.port}`, { method: 'POST', body: new Uint8Array(body), headers }).catch(() => undefined);
    await server.until(1);
    return server.results[0]!;
  }

  it.each([
    ['', (body: Buffer) => body],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('gives the bytes of a body with encoding "%s"', async (encoding, encode) => {
    const body = Buffer.from('{"metrics":[]}');
    expect(await send(encode(body), encoding)).toEqual(body);
  });

  it('takes a body at the limit and refuses one byte more', async () => {
    expect(await send(Buffer.alloc(limits.wireBytes))).toHaveLength(limits.wireBytes);
    server.results.length = 0;
    expect(await send(Buffer.alloc(limits.wireBytes + 1))).toMatchObject({ refused: 'body_too_large', limit: limits.wireBytes });
  });

  it.each([
    ['brotli', brotliCompressSync(Buffer.from('x')), 'br', 'content_encoding_unsupported'],
    ['two layers', gzipSync(gzipSync(Buffer.from('x'))), 'gzip, gzip', 'content_encoding_unsupported'],
    ['a wrong label', Buffer.from('{"metrics":[]}'), 'gzip', 'content_encoding_invalid'],
    ['a truncated stream', gzipSync(Buffer.alloc(500, 1)).subarray(0, 20), 'gzip', 'content_encoding_invalid'],
    ['bytes behind the stream', Buffer.concat([gzipSync(Buffer.from('{}')), Buffer.from('garbage')]), 'gzip', 'content_encoding_invalid'],
    ['a bomb', gzipSync(Buffer.alloc(30 * 1024 * 1024)), 'gzip', /body_too_large|compression_ratio_exceeded/],
    ['a small bomb', gzipSync(Buffer.alloc(900 * 1024)), 'gzip', 'compression_ratio_exceeded'],
  ])('refuses %s', async (_name, body, encoding, reason) => {
    expect(await send(body, encoding)).toEqual(expect.objectContaining({ refused: expect.stringMatching(reason) }));
  });

  it('stops reading an endless body that never tells its length', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const writing = setInterval(() => socket.write(chunk), 1);
    await server.until(1);
    clearInterval(writing);
    socket.destroy();
    expect(server.results[0]).toMatchObject({ refused: 'body_too_large' });
  });

  it.each([
    ['pauses too long', 'body_timeout', (_socket: import('node:net').Socket) => {}],
    ['goes away', 'body_aborted', (socket: import('node:net').Socket) => socket.destroy()],
  ])('gives up on a client that %s', async (_name, refused, then) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => setTimeout(() => then(socket), 20));
    await server.until(1);
    socket.destroy();
    expect(server.results[0]).toMatchObject({ refused });
  });
});
