import { connect, type Socket } from 'node:net';

/** An answer that takes longer than any of the house's own bounds does not come. */
const silenceMs = 60_000;

/** A kept-alive connection with one request under way at most, as HTTP/1.1 in a browser; opened again when it broke. */
export class KeepAliveConnection {
  #socket: Socket | undefined;
  #answer = '';
  #resolve: ((status: number) => void) | undefined;

  constructor(private readonly port: number) {}

  /** The status; 0 when the connection broke before an answer. */
  exchange(request: Buffer | string): Promise<number> {
    if (this.#socket === undefined || this.#socket.destroyed) this.#socket = this.#open();
    const answered = new Promise<number>((resolve) => {
      this.#resolve = resolve;
    });
    this.#socket.write(request, 'latin1');
    return answered;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #leave(): void {
    this.#socket?.removeAllListeners('close').destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (piece) => this.#read(piece.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => this.#end(0));
    socket.setTimeout(silenceMs, () => this.#resolve && socket.destroy());
    return socket;
  }

  /** Enough of HTTP for short answers with a length or none. */
  #read(piece: string): void {
    this.#answer += piece;
    const headEnd = this.#answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#answer.slice(0, headEnd))?.[1] ?? 0);
    if (this.#answer.length < headEnd + 4 + length) return;
    const [status, closes] = [Number(this.#answer.slice(9, 12)), /^connection: close\r?$/im.test(this.#answer.slice(0, headEnd + 2))];
    // A server that leaves says so: the next request would be too much.
    if (closes) this.#leave();
    this.#end(status);
  }

  #end(status: number): void {
    this.#answer = '';
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(status);
  }
}
