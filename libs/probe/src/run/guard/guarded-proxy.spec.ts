import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AddressGuard, type Resolve } from './address-guard.ts';
import { GuardedProxy } from './guarded-proxy.ts';

/** Answers everything with the same bytes, and counts who came. */
let target: Server;
let port: number;
let visits: number;
beforeEach(async () => {
  visits = 0;
  target = createServer((socket) => {
    visits += 1;
    socket.on('error', () => undefined).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  port = (target.address() as AddressInfo).port;
});
afterEach(() => void target.close());

const opened: Socket[] = [];
afterEach(() => opened.splice(0).forEach((socket) => void socket.destroy()));

/** The proxy's reply to a client that wants to go there, and the connection. */
async function ask(proxy: GuardedProxy, host: string): Promise<{ reply: number; socket: Socket }> {
  const socket = connect(Number(new URL(proxy.address).port), '127.0.0.1');
  opened.push(socket);
  // Byte by byte: nothing may depend on how a greeting is cut.
  const greeting = Buffer.concat([Buffer.of(5, 1, 0, 5, 1, 0, 3, host.length), Buffer.from(host), Buffer.of(port >> 8, port & 255)]);
  for (const byte of greeting) socket.write(Buffer.of(byte));
  let bytes = Buffer.alloc(0);
  while (bytes.length < 12) bytes = Buffer.concat([bytes, ((await once(socket, 'data')) as [Buffer])[0]]);
  expect([...bytes.subarray(0, 2)]).toEqual([5, 0]);
  return { reply: bytes[3]!, socket };
}

async function withProxy(allowed: readonly string[], resolve: Resolve, work: (proxy: GuardedProxy, guard: AddressGuard) => Promise<void>) {
  const guard = new AddressGuard(allowed, resolve);
  const proxy = await GuardedProxy.listen(guard);
  try {
    await work(proxy, guard);
  } finally {
    proxy.close();
  }
}

it('carries bytes to an allowed host and back', async () => {
  await withProxy(
    ['shop.test'],
    async () => ['127.0.0.1'],
    async (proxy) => {
      const { reply, socket } = await ask(proxy, 'shop.test');
      expect(reply).toBe(0);
      socket.write('hello');
      expect(String((await once(socket, 'data'))[0])).toBe('hello');
      socket.end();
      await once(socket, 'close');
    },
  );
});

it('refuses an address of the own network before it is connected to, and says why', async () => {
  await withProxy(
    [],
    async () => ['127.0.0.1'],
    async (proxy, guard) => {
      for (const host of ['shop.test', '127.0.0.1', 'LOCALHOST.', '::ffff:127.0.0.1']) expect((await ask(proxy, host)).reply).toBe(2);
      expect(guard.refusals).toHaveLength(4);
      expect(visits).toBe(0);
    },
  );
});

it('goes to the address that was checked though the name leads elsewhere by now', async () => {
  let asked = 0;
  const turning: Resolve = async () => [['127.0.0.1'], ['169.254.169.254']][Math.min(asked++, 1)]!;
  await withProxy([`turning.test:${port}`], turning, async (proxy) => {
    for (let i = 0; i < 3; i += 1) expect((await ask(proxy, 'turning.test')).reply).toBe(0);
    expect([asked, visits]).toEqual([1, 3]);
  });
});

it('tells an unreachable host apart from a refused one', async () => {
  const unknown: Resolve = async () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.test'));
  await withProxy([`nowhere.test:${port}`], unknown, async (proxy, guard) => {
    expect((await ask(proxy, 'nowhere.test')).reply).toBe(4);
    expect(guard.refusals).toEqual([]);
    expect(guard.troubles).toEqual([expect.stringContaining('ENOTFOUND')]);
  });
});

it('ends a client that speaks something else', async () => {
  await withProxy(
    [],
    async () => [],
    async (proxy) => {
      const socket = connect(Number(new URL(proxy.address).port), '127.0.0.1');
      opened.push(socket);
      socket.resume().end('GET / HTTP/1.1\r\n\r\n');
      await once(socket, 'close');
    },
  );
});
