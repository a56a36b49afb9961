import { lookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { whyRefused } from './why-refused.ts';

export type Resolve = (host: string) => Promise<readonly string[]>;

/** The connection was not made because the guard forbids it. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

const resolveBySystem: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Makes all connections of one run. A name is asked for once and stays what it was: what is checked is what is connected to, so that a name which
 * leads elsewhere the second time gains nothing.
 */
export class AddressGuard {
  readonly #pinned = new Map<string, Promise<readonly string[]>>();
  readonly #refusals = new Map<string, string>();
  readonly #troubles = new Map<string, string>();

  constructor(
    private readonly allowedHosts: readonly string[],
    private readonly resolve: Resolve = resolveBySystem,
  ) {}

  /** Why connections were refused, each once, in their order. */
  get refusals(): readonly string[] {
    return [...this.#refusals.values()];
  }

  /** Why connections that were allowed did not come about. */
  get troubles(): readonly string[] {
    return [...this.#troubles.values()];
  }

  /** Resolves when connected. Throws AddressRefused, or what the network says. */
  async connect(host: string, port: number): Promise<Socket> {
    const name = host
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '');
    try {
      const addresses = await this.#addressesOf(name, port);
      return await connected(name, port, addresses);
    } catch (error) {
      if (!(error instanceof AddressRefused)) this.#troubles.set(`${name}:${port}`, `${name}:${port}: ${(error as Error).message}`);
      throw error;
    }
  }

  async #addressesOf(host: string, port: number): Promise<readonly string[]> {
    const before = this.#whyRefused(host, port, []);
    if (before) throw before;
    if (!this.#pinned.has(host)) this.#pinned.set(host, isIP(host) > 0 ? Promise.resolve([host]) : this.resolve(host));
    const addresses = await this.#pinned.get(host)!;
    const refused = this.#whyRefused(host, port, addresses);
    if (refused) throw refused;
    return addresses;
  }

  #whyRefused(host: string, port: number, addresses: readonly string[]): AddressRefused | undefined {
    const why = whyRefused({ host, port, addresses }, this.allowedHosts);
    if (why === undefined) return undefined;
    this.#refusals.set(`${host}:${port}`, why);
    return new AddressRefused(why);
  }
}

async function connected(host: string, port: number, addresses: readonly string[]): Promise<Socket> {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookupPinned: LookupFunction = (_host, options, answer) => {
    if (options.all) answer(null, pinned);
    else answer(null, pinned[0]!.address, pinned[0]!.family);
  };
  if (pinned.length === 0) throw new Error('its name leads to no address');
  const socket = connect({ host, port, lookup: lookupPinned, autoSelectFamily: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}
