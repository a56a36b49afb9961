import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer-core';

const end = Buffer.of(0);

/** The browser's own pipe for its protocol: messages end with a zero byte. Unlike a port, nobody else on the machine can speak to it. */
export class DevtoolsPipe implements ConnectionTransport {
  onmessage?: (message: string) => void;
  onclose?: () => void;
  #rest: Buffer[] = [];

  constructor(
    private readonly toBrowser: Writable,
    private readonly fromBrowser: Readable,
  ) {
    fromBrowser.on('data', (piece: Buffer) => this.#take(piece));
    fromBrowser.on('close', () => this.onclose?.());
    // Broken when the browser dies, which is noticed elsewhere.
    for (const stream of [toBrowser, fromBrowser]) stream.on('error', () => undefined);
  }

  send(message: string): void {
    this.toBrowser.write(message);
    this.toBrowser.write(end);
  }

  close(): void {
    this.toBrowser.destroy();
    this.fromBrowser.destroy();
  }

  #take(piece: Buffer): void {
    let from = 0;
    for (let to = piece.indexOf(0); to >= 0; to = piece.indexOf(0, from)) {
      const message = Buffer.concat([...this.#rest, piece.subarray(from, to)]).toString();
      this.#rest = [];
      from = to + 1;
      // One message at a time, as from a web socket: what puppeteer does upon one may come before the next.
      setImmediate(() => this.onmessage?.(message));
    }
    if (from < piece.length) this.#rest.push(piece.subarray(from));
  }
}
