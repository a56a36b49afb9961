import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to answers on their way back: they pass, vanish, or come late. Requests always arrive. */
type Weather = { readonly kind: 'pass' } | { readonly kind: 'drop' } | { readonly kind: 'delay'; readonly ms: number };

/** A wire that can be cut: stands in front of a service and does to its answers what a bad network does. */
export class TcpProxy {
  #weather: Weather = { kind: 'pass' };
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private readonly upstreamPort: () => number,
  ) {}

  /** `upstreamPort` is asked for every connection: the service may be started later, or again elsewhere. */
  static async open(upstreamPort: () => number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, upstreamPort);
    server.on('connection', (client) => proxy.#join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  pass(): void {
    this.#weather = { kind: 'pass' };
  }

  /** Answers vanish; the connections stay open and are useless afterwards, until `reset`. */
  drop(): void {
    this.#weather = { kind: 'drop' };
  }

  delay(ms: number): void {
    this.#weather = { kind: 'delay', ms };
  }

  /** Every open connection breaks. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.server.close();
    this.reset();
    await once(this.server, 'close');
  }

  #join(client: Socket): void {
    const upstream = connect(this.upstreamPort(), '127.0.0.1');
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.pipe(upstream);
    let before = Promise.resolve();
    upstream.on('data', (answer) => {
      before = before.then(() => this.#answer(client, answer));
    });
  }

  /** In order; a delay holds up what follows. */
  async #answer(client: Socket, answer: Buffer): Promise<void> {
    const weather = this.#weather;
    if (weather.kind === 'drop') return;
    if (weather.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, weather.ms));
    if (!client.destroyed) client.write(answer);
  }
}
