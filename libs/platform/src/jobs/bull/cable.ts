import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A cable to a port of this machine that can be pulled and plugged in again: to the far end, its process has died. */
export class Cable {
  readonly #ends = new Set<Socket>();
  #pulled = false;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (near) => this.#join(near));
  }

  static async to(port: number): Promise<Cable> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new Cable(server, port);
  }

  get url(): string {
    const address = this.server.address();
    return `redis://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`;
  }

  pull(): void {
    this.#pulled = true;
    for (const end of this.#ends) end.destroy();
  }

  plug(): void {
    this.#pulled = false;
  }

  async remove(): Promise<void> {
    this.pull();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#pulled) return void near.destroy();
    const far = connect(this.port, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(end);
      end.pipe(other);
      end.on('error', () => {});
      end.on('close', () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
  }
}
