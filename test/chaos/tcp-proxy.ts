import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to answers on their way back: they pass, vanish, or come late. Requests always arrive. */
type Weather = { readonly kind: 'pass' } | { readonly kind: 'drop' } | { readonly kind: 'delay'; readonly ms: number };

/** The request that a wire waits for. */
interface Tap {
  readonly what: 'watch' | 'hold' | 'swallow';
  /** Asked with every piece of a request that arrives; clients send the head of a request in one piece. */
  readonly matches: (piece: Buffer) => boolean;
  readonly caught: (clientPort: number) => void;
}

/** A wire that can be cut: stands in front of a service and does to its answers what a bad network does. */
export class TcpProxy {
  #weather: Weather = { kind: 'pass' };
  #tap: Tap | undefined;
  /** Connections whose requests go no further. */
  readonly #held = new WeakSet<Socket>();
  /** Connections whose answers go no further, and who wants to know of the first. */
  readonly #swallowed = new WeakMap<Socket, () => void>();
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
    this.#tap = undefined;
  }

  /** Resolves when the next such request goes by, with the client's port. */
  watch(matches: Tap['matches']): Promise<number> {
    return this.#next('watch', matches);
  }

  /** The next such request never arrives, nor anything after it on its connection. Resolves, when it is held, with the client's port. */
  hold(matches: Tap['matches']): Promise<number> {
    return this.#next('hold', matches);
  }

  /** The next such request is answered, and the client never hears of it. Resolves, when the answer came, with the client's port. */
  swallow(matches: Tap['matches']): Promise<number> {
    return this.#next('swallow', matches);
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

  #next(what: Tap['what'], matches: Tap['matches']): Promise<number> {
    return new Promise((caught) => {
      this.#tap = { what, matches, caught };
    });
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
    client.on('data', (piece) => this.#request(pair, piece));
    client.on('end', () => upstream.end());
    upstream.on('drain', () => client.resume());
    let before = Promise.resolve();
    upstream.on('data', (answer) => {
      before = before.then(() => this.#answer(client, answer));
    });
  }

  #request([client, upstream]: readonly [Socket, Socket], piece: Buffer): void {
    if (this.#tap?.matches(piece)) this.#catch(client, this.#tap);
    if (!this.#held.has(client) && !upstream.write(piece)) client.pause();
  }

  #catch(client: Socket, { what, caught }: Tap): void {
    this.#tap = undefined;
    const port = client.remotePort ?? 0;
    if (what === 'swallow') return void this.#swallowed.set(client, () => caught(port));
    if (what === 'hold') this.#held.add(client);
    caught(port);
  }

  /** In order; a delay holds up what follows. */
  async #answer(client: Socket, answer: Buffer): Promise<void> {
    const heard = this.#swallowed.get(client);
    if (heard) return heard();
    const weather = this.#weather;
    if (weather.kind === 'drop') return;
    if (weather.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, weather.ms));
    if (!client.destroyed) client.write(answer);
  }
}
