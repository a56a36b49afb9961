import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A cable to a port of this machine that can be pulled: to the far end, the process on this one has died. */
export class Cable {
  readonly #ends = new Set<Socket>();
  #resets = false;
  #mute = false;

  private constructor(
    private readonly server: Server,
    private readonly from: number,
    private readonly to: number,
  ) {
    server.on('connection', (near) => this.#join(near));
  }

  static async to(port: number): Promise<Cable> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    return new Cable(server, typeof address === 'object' ? address!.port : 0, port);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.from}`;
  }

  /** New connections are refused as where nobody listens, or taken and reset as by a balancer with nothing behind it. */
  pull(then: 'refuse' | 'reset' = 'refuse'): void {
    this.#resets = then === 'reset';
    if (then === 'refuse') this.server.close();
    for (const end of this.#ends) end.destroy();
  }

  /** What is asked still arrives, and no answer comes back, until it is pulled and plugged. */
  mute(): void {
    this.#mute = true;
  }

  async plug(): Promise<void> {
    this.#resets = this.#mute = false;
    if (!this.server.listening) await once(this.server.listen(this.from, '127.0.0.1'), 'listening');
  }

  #join(near: Socket): void {
    if (this.#resets) return void near.destroy();
    const far = connect(this.to, '127.0.0.1');
    this.#lead(near, far, () => true);
    this.#lead(far, near, () => !this.#mute);
  }

  #lead(end: Socket, other: Socket, open: () => boolean): void {
    this.#ends.add(end);
    end.on('data', (bytes) => open() && other.write(bytes));
    end.on('end', () => other.end());
    end.on('error', () => {});
    end.on('close', () => {
      this.#ends.delete(end);
      other.destroy();
    });
  }
}
