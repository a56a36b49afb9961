import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { type AddressGuard, AddressRefused } from './address-guard.ts';

/** Replies of SOCKS 5, https://www.rfc-editor.org/rfc/rfc1928#section-6. Chromium tells the fourth apart from the others. */
const reply = { connected: 0, refused: 2, unreachable: 4, commandUnknown: 7 } as const;
const [version, withoutPassword, connectCommand] = [5, 0, 1];
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 } as const;

/**
 * The only way out of a browser: a SOCKS 5 proxy on this machine's loopback that connects through the guard. It carries bytes, so that TLS, HTTP/2 and
 * web sockets stay as they are and the page waits one handshake on the loopback longer, at connecting only.
 */
export class GuardedProxy {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(guard: AddressGuard): Promise<GuardedProxy> {
    const server = createServer({ noDelay: true }, (client) => {
      client.on('error', () => client.destroy());
      serve(client, guard).catch(() => client.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new GuardedProxy(server);
  }

  /** For `--proxy-server`. */
  get address(): string {
    return `socks5://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }
}

async function serve(client: Socket, guard: AddressGuard): Promise<void> {
  const greeting = new Greeting(client);
  const [, methods] = await greeting.read(2);
  await greeting.read(methods!);
  client.write(Buffer.of(version, withoutPassword));
  const [, command, , addressType] = await greeting.read(4);
  const host = await readHost(greeting, addressType!);
  const port = (await greeting.read(2)).readUInt16BE();
  greeting.end();
  if (command !== connectCommand || host === undefined) return answer(client, reply.commandUnknown);
  let target: Socket;
  try {
    target = await guard.connect(host, port);
  } catch (error) {
    return answer(client, error instanceof AddressRefused ? reply.refused : reply.unreachable);
  }
  join(client, target);
}

/** As an address or a name; undefined where it is neither. */
async function readHost(greeting: Greeting, type: number): Promise<string | undefined> {
  if (type === addressTypes.ipv4) return (await greeting.read(4)).join('.');
  if (type === addressTypes.name) return (await greeting.read((await greeting.read(1))[0]!)).toString('latin1');
  if (type !== addressTypes.ipv6) return undefined;
  const bytes = await greeting.read(16);
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(':');
}

function join(client: Socket, target: Socket): void {
  client.write(answerOf(reply.connected));
  // A connection that breaks is broken on both sides; what that means is the page's business.
  pipeline(client, target, () => undefined);
  pipeline(target, client, () => undefined);
}

function answer(client: Socket, code: number): void {
  client.end(answerOf(code));
}

const answerOf = (code: number) => Buffer.of(version, code, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0);

/** The first bytes of a client, in pieces as they are needed. What follows them stays in the socket. */
class Greeting {
  // One listener for all pieces: a new one would be called at once where some bytes wait and not enough, for ever.
  readonly #wake = () => this.#more();
  #more: () => void = () => undefined;

  constructor(private readonly client: Socket) {
    client.on('readable', this.#wake).on('close', this.#wake);
  }

  /** Exactly so many bytes. Throws when the client ends before. */
  async read(bytes: number): Promise<Buffer> {
    if (bytes === 0) return Buffer.alloc(0);
    for (;;) {
      const piece: Buffer | null = this.client.read(bytes);
      if (piece?.length === bytes) return piece;
      if (piece || this.client.readableEnded || this.client.destroyed) throw new Error('the client left in the middle of its greeting');
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }

  end(): void {
    this.client.off('readable', this.#wake).off('close', this.#wake);
  }
}
