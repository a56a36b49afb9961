import 'reflect-metadata';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SystemClock } from '#platform';
import { type DemoInfo, DemoModule } from './demo.module.ts';
import { largestBodyBytes } from './tools/read-json.ts';

const info: DemoInfo = {
  version: '1.2.3',
  mode: 'embedded',
  node: 'v24',
  addresses: { http: 'http://127.0.0.1:1', sql: null, otlp: null, datadogAgent: null },
  project: { id: 'default', keyHint: null },
};
const json = { 'content-type': 'application/json' };

describe('DemoModule over HTTP', () => {
  let app: NestFastifyApplication;
  let address: string;

  beforeAll(async () => {
    const sdkFolder = `${import.meta.dirname}/../../demo/assets`;
    const module = await Test.createTestingModule({
      imports: [DemoModule.forRoot({ clock: new SystemClock(), info: () => info, sdkFolder })],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ forceCloseConnections: true }), { bodyParser: false });
    const fastify = app.getHttpAdapter().getInstance();
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  });
  afterAll(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(address + path, { redirect: 'manual', headers });
  const call = (name: string, body: string, headers: Record<string, string> = json) =>
    fetch(`${address}/demo/tools/${name}`, { method: 'POST', headers, body });
  const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

  it('/ leads to the demo', async () => {
    const answer = await get('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/demo']);
  });

  it.each(['/demo', '/widget-preview/class-search', '/widget-preview/fitness-booking', '/widget-preview/profile-update'])(
    '%s is a page under a policy that allows nothing inline and nothing from elsewhere',
    async (path) => {
      const answer = await get(path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(answer.status).toBe(200);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(await answer.text()).not.toMatch(/<script>|<style|\son\w+=|\sstyle=/);
    },
  );

  it.each([
    '/widget-preview/other',
    '/widget-preview/..%2Findex',
    '/demo/assets/absent.js',
    '/demo/assets/..%2F..%2Fpackage.json',
    '/sdk/absent.js',
  ])('%s is not found', async (path) => {
    const answer = await get(path);
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'not_found']);
  });

  it('what a page refers to exists and may be kept for a year', async () => {
    const html = await (await get('/widget-preview/class-search')).text();
    const references = [...html.matchAll(/(?:href|src)="(\/demo\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(5);
    for (const path of references) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'public, max-age=31536000, immutable']);
    }
  });

  it('a file without its version is kept briefly, and answered 304 to who has it', async () => {
    const answer = await get('/demo/assets/tokens.css');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const again = await get('/demo/assets/tokens.css', { 'if-none-match': `"other", W/${answer.headers.get('etag')}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it.each([
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip; q=0.0', false],
    ['br', false],
    ['', false],
  ])('accept-encoding "%s" gets gzip: %s', async (accepted, zipped) => {
    const { headers, body } = await raw(`${address}/demo/assets/tokens.css`, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(zipped ? 'gzip' : undefined);
    expect((zipped ? gunzipSync(body) : body).toString()).toContain(':root');
  });

  it('files of the SDK may be loaded and read from any origin', async () => {
    const { headers } = await get('/sdk/shared/element.js');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('/demo/info tells addresses as they are now', async () => {
    expect(await (await get('/demo/info')).json()).toEqual(info);
  });

  it('a tool answers as an MCP server does', async () => {
    const answer = await call('search_classes', '{"arguments":{"query":"yoga near me"},"_meta":{"traceparent":"00-1-2-01"}}');
    expect(answer.status).toBe(200);
    const result = (await answer.json()) as { content: unknown[]; structuredContent: { classes: { kind: string }[] }; isError?: boolean };
    expect(result.content).toEqual([{ type: 'text', text: '6 classes match "yoga near me"' }]);
    expect(result.structuredContent.classes[0]?.kind).toBe('yoga');
    expect(result.isError).toBeUndefined();
  });

  it('a failure of the tool is an answer with isError, a thrown one a 500', async () => {
    const refused = await call('book_class', '{"arguments":{"classId":"absent"}}');
    expect([refused.status, await refused.json()]).toEqual([
      200,
      { content: [{ type: 'text', text: 'there is no class absent' }], isError: true },
    ]);
    const asked = await call('book_class', '{"arguments":{"classId":"absent","simulate":"isError"}}');
    expect([asked.status, ((await asked.json()) as { isError: boolean }).isError]).toEqual([200, true]);
    const thrown = await call('book_class', '{"arguments":{"classId":"absent","simulate":"throw"}}');
    expect([thrown.status, await codeOf(thrown)]).toEqual([500, 'tool_failed']);
  });

  it.each([
    ['an unknown tool', 'drop_tables', '{}', json, 404, 'tool_unknown'],
    ['a name from the prototype', 'constructor', '{}', json, 404, 'tool_unknown'],
    ['no JSON', 'search_classes', '{', json, 400, 'json_invalid'],
    ['a list', 'search_classes', '[]', json, 400, 'arguments_invalid'],
    ['an unknown argument', 'search_classes', '{"arguments":{"sql":"1"}}', json, 400, 'arguments_invalid'],
    [
      'a query that is too long',
      'search_classes',
      JSON.stringify({ arguments: { query: 'x'.repeat(121) } }),
      json,
      400,
      'arguments_invalid',
    ],
    [
      'a visitor that is too long',
      'search_classes',
      JSON.stringify({ _meta: { 'openai/subject': 'x'.repeat(65) } }),
      json,
      400,
      'arguments_invalid',
    ],
    ['a day beyond the week', 'get_schedule', '{"arguments":{"day":7}}', json, 400, 'arguments_invalid'],
    ['text, which any page could post', 'search_classes', '{}', { 'content-type': 'text/plain' }, 415, 'content_type_unsupported'],
    ['a body over the limit', 'search_classes', ' '.repeat(largestBodyBytes + 1), json, 413, 'body_too_large'],
    ['a body far over the limit', 'search_classes', ' '.repeat(largestBodyBytes * 100), json, 413, 'body_too_large'],
  ])('%s is refused', async (_, name, body, headers, status, code) => {
    const answer = await call(name, body, headers);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it('names the argument that is wrong', async () => {
    const answer = (await (await call('update_profile', '{"arguments":{"email":"nobody"}}')).json()) as { error: { field: string } };
    expect(answer.error.field).toBe('arguments.email');
  });
});

/** Without fetch's own handling of encodings. */
function raw(url: string, headers: Record<string, string>): Promise<{ headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    asking.on('error', reject).end();
  });
}
