import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BeaconScript } from '../chaos/beacon-script.ts';
import { ClusterHouse } from './cluster-house.ts';
import { StandaloneProcess } from './standalone-process.ts';

const config = `
projects:
  - id: default
    open: true
  - id: shop
    keys:
      - { id: web, key: shop-browser-1, origins: ["https://shop.example", "https://*.shop.example", "null"], environments: [production] }
      - { id: small, key: shop-small-1, eventsPerSecond: 10, burst: 50 }
      - { id: old, key: shop-revoked-1, revoked: true }
trustedProxies: []
`;

const beacon = (fields: object = {}) => JSON.stringify({ metrics: [{ name: 'LCP', value: 1, environment: 'production', ...fields }] });

const modes = [
  ['embedded', (dataDir: string, env: Record<string, string>) => StandaloneProcess.start({ dataDir, env })],
  // What is on the brokers' disks is searched for personal data, so it is not compressed.
  [
    'cluster',
    (dataDir: string, env: Record<string, string>) => ClusterHouse.start({ dataDir, env: { ...env, KAFKA_COMPRESSION: 'none' } }),
  ],
] as const;

describe.each(modes)('POST /api/rum-metrics (%s)', (_mode, start) => {
  let product: StandaloneProcess | ClusterHouse;
  let url: string;

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-'));
    const path = join(dataDir, 'beaconhouse.yml');
    await writeFile(path, config);
    product = await start(dataDir, { BEACONHOUSE_CONFIG: path });
    url = `${product.http}/api/rum-metrics`;
  });
  afterAll(() => product.dispose());

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, query = '') =>
    fetch(`${url}${query}`, { method: 'POST', body, headers });

  async function ledger(): Promise<Record<string, { beacons: number; events: number }>> {
    await product.whenLoaded();
    const { data } = (await (await fetch(`${product.api}/api/ledger?project=shop`)).json()) as {
      data: { key: string; outcome: string; reason: string; beacons: number; events: number }[];
    };
    return Object.fromEntries(
      data.map(({ key, outcome, reason, beacons, events }) => [`${key} ${outcome} ${reason}`.trim(), { beacons, events }]),
    );
  }

  it.each([
    ['application/json', { 'content-type': 'application/json' }, beacon()],
    ['the text/plain of sendBeacon', { 'content-type': 'text/plain;charset=UTF-8' }, beacon()],
    ['gzip', { 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(beacon()))],
    ['an unknown type', { 'content-type': 'application/x-whatever' }, beacon()],
  ])('answers 204 without a body to %s', async (_name, headers, body) => {
    const response = await post(body, headers as Record<string, string>);
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('takes gzip that only the address tells of', async () => {
    expect((await post(new Uint8Array(gzipSync(beacon())), {}, '?enc=gzip')).status).toBe(204);
  });

  it.each([
    ['the address', '?key=shop-browser-1', {}, 204],
    ['X-Beaconhouse-Key', '', { 'x-beaconhouse-key': 'shop-browser-1' }, 204],
    ['a bearer token', '', { authorization: 'Bearer shop-browser-1' }, 204],
    ['nowhere: the open project takes it', '', {}, 204],
    ['an unknown key', '?key=guess', {}, 401],
    ['a revoked key', '?key=shop-revoked-1', {}, 401],
  ])('finds the key in %s', async (_name, query, headers, status) => {
    expect((await post(beacon(), headers as Record<string, string>, query)).status).toBe(status);
  });

  it('names field and limit of what it refuses', async () => {
    const response = await post(beacon({ value: -5 }));
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code: 'value_out_of_range', message: expect.stringContaining('metrics[0].value'), field: 'metrics[0].value', limit: 0 } },
    ]);
  });

  it('keeps the good events of a beacon and lists the bad ones', async () => {
    const metrics = [
      { name: 'LCP', value: 1 },
      { name: 'a b', value: 1 },
      { name: 'CLS', value: 0.1 },
    ];
    const response = await post(JSON.stringify({ metrics }));
    expect([response.status, await response.json()]).toEqual([
      202,
      { accepted: 2, rejected: [{ index: 1, error: expect.objectContaining({ code: 'name_invalid', field: 'metrics[1].name' }) }] },
    ]);
  });

  describe('from other origins', () => {
    it.each([
      ['https://shop.example', '?key=shop-browser-1', 204, 'https://shop.example'],
      ['https://eu.shop.example', '?key=shop-browser-1', 204, 'https://eu.shop.example'],
      ['null', '?key=shop-browser-1', 204, 'null'],
      ['https://evil.example', '?key=shop-browser-1', 403, null],
      ['https://shop.example.evil.example', '?key=shop-browser-1', 403, null],
      ['https://a.b.shop.example', '?key=shop-browser-1', 403, null],
      ['https://anyone.example', '', 204, 'https://anyone.example'],
    ])('%s %s is answered %i', async (origin, query, status, allowed) => {
      const response = await post(beacon(), { origin }, query);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, allowed]);
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    });

    it('are told in the preflight what they may send', async () => {
      const response = await fetch(`${url}?key=shop-browser-1`, { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
      expect(response.headers.get('access-control-allow-headers')).toContain('content-type');
    });

    it('get no CORS anywhere else', async () => {
      for (const path of ['/api/metrics', '/api/ledger', '/health/ready', '/metrics']) {
        const response = await fetch(`${product.http}${path}`, { headers: { origin: 'https://evil.example' } });
        expect([path, response.headers.get('access-control-allow-origin')]).toEqual([path, null]);
      }
    });
  });

  it('stores a beacon once that comes 200 times, side by side and one after the other', async () => {
    const before = await ledger();
    const body = JSON.stringify({ ...JSON.parse(beacon()), beaconId: new BeaconScript(Date.now(), 1).idOf(0) });
    const side = await Promise.all(Array.from({ length: 100 }, () => post(body, {}, '?key=shop-browser-1')));
    for (let i = 0; i < 100; i++) side.push(await post(body, {}, '?key=shop-browser-1'));
    expect(new Set(side.map(({ status }) => status))).toEqual(new Set([204]));
    const after = await ledger();
    const grown = (name: string) => (after[name]?.events ?? 0) - (before[name]?.events ?? 0);
    expect([grown('web accepted'), grown('web stored'), grown('web rejected duplicate')]).toEqual([1, 1, 199]);
  });

  it('answers 429 with Retry-After to a key over its quota and leaves the others alone', async () => {
    const many = JSON.stringify({ metrics: Array(40).fill({ name: 'LCP', value: 1 }) });
    const loud = await Promise.all(Array.from({ length: 50 }, () => post(many, {}, '?key=shop-small-1')));
    const refused = loud.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(40);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    const quiet = await Promise.all(Array.from({ length: 50 }, () => post(beacon(), {}, '?key=shop-browser-1')));
    expect(quiet.every(({ status }) => status === 204)).toBe(true);
  });

  it('reads keys again when the file changes', async () => {
    await writeFile(join(product.dataDir, 'beaconhouse.yml'), config.replace('id: web,', 'id: web, revoked: true,'));
    for (;;) {
      if ((await post(beacon(), {}, '?key=shop-browser-1')).status === 401) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await writeFile(join(product.dataDir, 'beaconhouse.yml'), config);
  });

  describe('on the raw socket', () => {
    /** Everything the server says until it closes or falls silent. */
    async function converse(text: string, quietMs = 300): Promise<string> {
      const socket = connect(product.ports.http, '127.0.0.1');
      let answer = '';
      socket.on('error', () => {});
      socket.write(text);
      await new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, 3_000);
        socket.on('data', (piece) => {
          answer += piece;
          clearTimeout(timer);
          timer = setTimeout(resolve, quietMs);
        });
        socket.on('close', () => resolve());
      });
      socket.destroy();
      return answer;
    }
    const head = 'POST /api/rum-metrics HTTP/1.1\r\nhost: x\r\n';

    it.each([
      ['two lengths', `${head}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`],
      ['a length and chunks', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['a length that is no number', `${head}content-length: 5x\r\n\r\nhello`],
      ['a bare line feed in a header', `POST /api/rum-metrics HTTP/1.1\nhost: x\nx: a\rb\n\n`],
      ['an unknown transfer encoding', `${head}transfer-encoding: gzip\r\n\r\n`],
      ['headers of 64 KiB', `${head}x: ${'y'.repeat(64 * 1024)}\r\n\r\n`],
    ])('refuses %s', async (_name, text) => {
      const answer = await converse(text);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|413|431|501)/);
      expect(answer).not.toMatch(/204/);
    });

    it('tells the reason to a client that reads nothing before all is sent', async () => {
      const socket: Socket = connect(product.ports.http, '127.0.0.1').pause();
      const body = Buffer.alloc(8 * 1024 * 1024, 'x');
      await new Promise<void>((resolve) => {
        socket.on('error', () => resolve());
        socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
        socket.write(body, () => resolve());
      });
      expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 413[\s\S]*"code":"body_too_large"/);
    });

    it('goes on with a connection whose small body was refused unread', async () => {
      const first = 'POST /api/rum-metrics?key=nobody HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello';
      const answer = await converse(`${first}${head}content-length: 2\r\n\r\n{}`);
      expect(answer).toMatch(/^HTTP\/1\.1 401[\s\S]*"key_unknown"[\s\S]*HTTP\/1\.1 400[\s\S]*"shape_invalid"/);
    });

    it('cuts a connection whose refused body does not come', async () => {
      const answer = await converse('POST /api/rum-metrics?key=nobody HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nhello', 2_900);
      expect(answer).toMatch(/^HTTP\/1\.1 401/);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    });

    it('stops reading a body that never ends, and its memory stays', async () => {
      const rss = async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${product.child.pid}/status`, 'utf8'))![1]);
      const before = await rss();
      const socket: Socket = connect(product.ports.http, '127.0.0.1');
      let answer = '';
      socket.on('data', (piece) => {
        answer += piece;
      });
      let closed = false;
      socket
        .on('error', () => {})
        .on('close', () => {
          closed = true;
        });
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      for (let i = 0; i < 2_000 && !closed; i++) {
        socket.write(chunk);
        await new Promise(setImmediate);
      }
      while (!closed) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(answer).toMatch(/^HTTP\/1\.1 413[\s\S]*connection: close/i);
      expect((await rss()) - before).toBeLessThan(32 * 1024);
    });

    it('drops clients that trickle their headers, and serves others meanwhile', async () => {
      const slow = Array.from({ length: 300 }, () => {
        const socket = connect(product.ports.http, '127.0.0.1');
        socket.on('error', () => {});
        socket.write('POST /api/rum-metrics HTTP/1.1\r\nhost: ');
        return socket;
      });
      const trickle = setInterval(() => {
        for (const socket of slow) if (!socket.destroyed) socket.write('x');
      }, 500);
      const closed = () => slow.filter((socket) => socket.destroyed || socket.readyState === 'closed').length;
      while (closed() < slow.length) {
        expect((await post(beacon())).status).toBe(204);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      clearInterval(trickle);
    }, 60_000);
  });

  it('keeps no personal data in any table, log or file of the stream', async () => {
    const canaries = ['jane.canary@example.com', '4111 1111 1111 1111', 'canary-token-0123456789abcdef', 'session-canary', 'user-canary'];
    const [email, card, token, session, user] = canaries;
    const metric = {
      name: 'js-error',
      value: 1,
      sessionId: session,
      userId: user,
      userAgent: email,
      route: `/a/${email}?auth_token=${token}`,
      url: `https://x.example/?t=${token}`,
    };
    const more = {
      attributes: { message: `card ${card} of ${email}`, header: `Bearer ${token}` },
      widgetContext: { toolName: email },
      release: email,
    };
    expect((await post(JSON.stringify({ metrics: [{ ...metric, ...more }] }), { 'x-forwarded-for': '203.0.113.77' })).status).toBe(204);
    await product.whenLoaded();
    const kept = await product.ask<object>('SELECT * EXCEPT (session_id, user_hash) FROM rum_events');
    const text = JSON.stringify(kept) + product.output + (await filesBelow(product.streamFolder));
    expect(canaries.filter((canary) => text.includes(canary!))).toEqual([]);
    expect(text).not.toMatch(/203\.0\.113|127\.0\.0\.1(?!:)/);
  });
});

async function filesBelow(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  // Kafka's own topics know the addresses of its clients, which are the house's processes.
  // Its indexes are large, and hold offsets only.
  const kept = files.filter((file) => file.isFile() && !file.parentPath.includes('__') && !/index$/.test(file.name));
  const texts = kept.map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}
