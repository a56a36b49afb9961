import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StandaloneProcess } from './standalone-process.ts';

const config = `projects:
  - id: shop
    keys:
      - { id: web, key: web-key-1, kind: browser, origins: ["https://shop.example"], eventsPerSecond: 1000, burst: 1000 }
      - { id: little, key: little-key-1, kind: browser, origins: ["*"], eventsPerSecond: 1, burst: 1 }
`;
let house: StandaloneProcess;
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-otlp-'));
  await writeFile(join(dataDir, 'beaconhouse.yml'), config);
  house = await StandaloneProcess.start({ dataDir });
});
afterAll(() => house.dispose());

const [json, protobuf] = ['application/json', 'application/x-protobuf'];
const now = () => `${Date.now()}000000`;
const span = (changes: object = {}) => ({
  ...{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), name: 'work', startTimeUnixNano: now(), endTimeUnixNano: now() },
  ...changes,
});
const traces = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

async function send(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(house.http + path, {
    method: 'POST',
    body,
    headers: { 'content-type': json, 'x-api-key': 'web-key-1', ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type')?.split(';', 1)[0];
  return { status: response.status, type, bytes, text: bytes.toString(), headers: response.headers };
}

describe('the answers of OTLP', () => {
  it.each([
    [json, '{}'],
    [json, ''],
    [protobuf, ''],
  ])('are 200 and empty for an empty request (%s, %p)', async (type, body) => {
    for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs'])
      expect(await send(path, body, { 'content-type': type })).toMatchObject({ status: 200, type, text: type === json ? '{}' : '' });
  });

  it('tell of single records that were refused', async () => {
    const { status, text } = await send('/v1/traces', traces(span(), span({ traceId: '00'.repeat(16) }), span({ spanId: '' })));
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '2', errorMessage: '2 id_invalid: a trace id is 16 bytes, not all zero' } },
    ]);
    // One span without ids: resourceSpans { scopeSpans { spans {} } }; the answer is partial_success { rejected_spans: 1, error_message }.
    const inBytes = await send('/v1/traces', Uint8Array.of(10, 4, 18, 2, 18, 0), { 'content-type': protobuf });
    const message = '1 id_invalid: a trace id is 16 bytes, not all zero';
    expect([...inBytes.bytes]).toEqual([10, 4 + message.length, 8, 1, 18, message.length, ...Buffer.from(message)]);
  });

  it.each([
    ['bytes that are no protobuf', '\x0a\x05a', { 'content-type': protobuf }, 400, 'protobuf_invalid'],
    ['text that is no JSON', '[', {}, 400, 'json_invalid'],
    ['another content type', '{}', { 'content-type': 'text/plain' }, 415, 'content_type_unsupported'],
    ['another encoding', '{}', { 'content-encoding': 'zstd' }, 415, 'content_encoding_unsupported'],
    ['no gzip where it says so', '{}', { 'content-encoding': 'gzip' }, 400, 'content_encoding_invalid'],
    ['a key of nobody', '{}', { 'x-api-key': 'nobody' }, 401, 'key_unknown'],
    ['a page of others', '{}', { origin: 'https://other.example' }, 403, 'origin_not_allowed'],
  ] as const)('refuse %s, with a Status in the encoding of the request', async (_what, body, headers, status, reason) => {
    const answer = await send('/v1/traces', body, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`${reason}: `);
    const inBytes = 'content-type' in headers && headers['content-type'] === protobuf;
    expect(answer.type).toBe(inBytes ? protobuf : json);
    if (inBytes) expect([...answer.bytes.subarray(0, 3)]).toEqual([8, 3, 18]);
    else expect(JSON.parse(answer.text)).toEqual({ code: expect.any(Number), message: expect.any(String) });
  });

  it('refuse more than 16 MiB, on the wire and inflated', async () => {
    const mebibytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 0x20);
    const gzipped = { 'content-encoding': 'gzip' };
    expect(await send('/v1/logs', new Uint8Array(gzipSync(mebibytes(17), { level: 0 })), gzipped)).toMatchObject({ status: 413 });
    const bomb = await send('/v1/logs', new Uint8Array(gzipSync(mebibytes(15))), gzipped);
    expect([bomb.status, bomb.text]).toEqual([413, expect.stringContaining('compression_ratio_exceeded')]);
  });

  it('say when to come back to who sends too much', async () => {
    const little = { 'x-api-key': 'little-key-1' };
    expect((await send('/v1/traces', traces(span(), span(), span()), little)).status).toBe(200);
    const { status, headers, text } = await send('/v1/traces', traces(span()), little);
    expect([status, JSON.parse(text).code, Number(headers.get('retry-after'))]).toEqual([429, 8, expect.any(Number)]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('take the key as a bearer token, and let pages in that the key is for', async () => {
    const asked = { method: 'OPTIONS', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } };
    const preflight = await fetch(`${house.http}/v1/logs?key=web-key-1`, asked);
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-encoding');
    const page = { 'content-type': json, authorization: 'Bearer web-key-1', origin: 'https://shop.example' };
    const { status, headers } = await fetch(`${house.http}/v1/logs`, { method: 'POST', body: '{}', headers: page });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example']);
    expect(await send('/v1/logs', '{}', { 'x-api-key': '', authorization: 'Bearer web-key-1' })).toMatchObject({ status: 200 });
  });

  it('let a page ask that will show its key in a header, and no other', async () => {
    const from = async (origin: string) => {
      const preflight = await fetch(`${house.http}/v1/logs`, { method: 'OPTIONS', headers: { origin } });
      return preflight.headers.get('access-control-allow-origin');
    };
    expect(await from('https://shop.example')).toBe('https://shop.example');
    const stranger = await send('/v1/logs', '{}', { origin: 'https://other.example' });
    expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('are 404 for profiles', async () => {
    expect(await send('/v1development/profiles', 'x', { 'content-type': protobuf })).toMatchObject({ status: 404, type: protobuf });
  });

  it('store a request that is sent again once', async () => {
    const body = traces(...Array.from({ length: 120 }, (_, n) => span({ name: 'again', spanId: (n + 1).toString(16).padStart(16, '0') })));
    for (let n = 0; n < 3; n += 1) expect((await send('/v1/traces', body)).text).toBe('{}');
    await house.whenLoaded();
    expect(await house.ask("SELECT count() AS n FROM span_events WHERE name = 'again'")).toEqual([{ n: 120 }]);
  });
});
