import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';

/**
 * A response whose head is sent line by line, as a server does that tells progress in headers before it has an answer.
 * Node's own response sends its head at once, so this one writes to the socket, and the connection ends with it.
 */
export class HeadInParts {
  readonly #socket: Socket;

  constructor(socket: Socket, headers: OutgoingHttpHeaders) {
    this.#socket = socket;
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n');
    this.add(headers);
  }

  add(headers: OutgoingHttpHeaders): void {
    for (const [name, value] of Object.entries(headers))
      this.#socket.write(`${name}: ${String(value).replace(/[\r\n]/g, ' ')}\r\n`, 'latin1');
  }

  /** Ends the head; what is written to the returned stream is the body. */
  body(): Writable {
    const socket = this.#socket;
    socket.write('\r\n');
    return new Writable({
      write: (piece: Buffer, _encoding, done) => {
        if (piece.length === 0) return done();
        socket.write(`${piece.length.toString(16)}\r\n`);
        socket.write(piece);
        socket.write('\r\n', (error) => done(error));
      },
      final: (done) => {
        socket.end('0\r\n\r\n', () => done());
      },
    });
  }
}
