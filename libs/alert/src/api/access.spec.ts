import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RouteDescription } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { chartUrl } from '../chart/chart-signature.ts';
import { AlertApiHouse, linkSecret } from './alert-api-house.contract.ts';
import { alertRoutes } from './alert-routes.ts';

const signingSecret = 'signs-for-slack';
const operate = 'a-token-that-may-operate';
const read = 'a-token-that-may-read-sql';

let open: AlertApiHouse;
let guarded: AlertApiHouse;
beforeAll(async () => {
  open = await AlertApiHouse.open({ slackSigningSecret: signingSecret });
  guarded = await AlertApiHouse.open({ operateToken: operate }, open);
});
afterAll(async () => {
  await guarded.close();
  await open.close();
});

const methodOf = ({ method }: RouteDescription) => (method ?? 'get').toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE';
const urlOf = ({ path }: RouteDescription) => path.replace('{id}', 'no-such-one');
const bodies: Readonly<Record<string, unknown>> = {
  putRule: { version: 1, rule: { metric: 'LCP', condition: 'above', threshold: 4 } },
  commentIncident: { text: 'a' },
  backtestRule: { rule: { id: 'a', metric: 'LCP', condition: 'above', threshold: 4 } },
  beginSilence: { matchers: { rule: 'a' }, durationS: 60, comment: 'a' },
};
const named = alertRoutes.map((route) => [route.id, route] as const);
const changes = named.filter(([, route]) => route.method !== undefined && route.changes !== false);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function statusOf(house: AlertApiHouse, route: RouteDescription, headers: Record<string, string>, remoteAddress?: string) {
  const sent = { headers, body: bodies[route.id], ...(remoteAddress && { remoteAddress }) };
  return (await house.send(methodOf(route), urlOf(route), sent)).status;
}

describe('every route', () => {
  it('is described, and every description is of a route', () => {
    const described = [...alertRoutes.map((route) => `${methodOf(route)} ${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`)];
    expect(open.served.filter((route) => route.includes('/api/alerts')).sort()).toEqual(
      [...described, 'POST /api/alerts/slack/actions'].sort(),
    );
  });

  it('stands in the OpenAPI document, with what it takes', async () => {
    const { paths } = (await open.get('/api/openapi.json')).body;
    for (const route of alertRoutes) {
      const described = paths[route.path][route.method ?? 'get'];
      expect(described.operationId).toBe(route.id);
      expect('requestBody' in described).toBe(route.body !== undefined);
      expect('403' in described.responses).toBe(route.answer === 'image/png' || changes.some(([id]) => id === route.id));
    }
    const { text } = await open.get('/api');
    for (const { path } of alertRoutes) expect(text).toContain(path.replaceAll(/\{(\w+)\}/g, ':$1'));
  });

  it.each(changes)('%s changes something for the token that may, and for nobody else', async (_, route) => {
    for (const headers of [{}, bearer('wrong'), bearer(read), { authorization: operate }, bearer(`${operate} `)])
      expect(await statusOf(guarded, route, headers)).toBe(403);
    expect(await statusOf(guarded, route, bearer(operate), '192.0.2.7')).not.toBe(403);
  });

  it.each(changes)('%s is for this machine where there is no token, and for no page of another site', async (_, route) => {
    expect(await statusOf(open, route, {}, '192.0.2.7')).toBe(403);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { host: 'rebound.example', origin: 'http://rebound.example' },
    ] as Record<string, string>[])
      expect(await statusOf(open, route, headers)).toBe(403);
    expect(await statusOf(open, route, { 'sec-fetch-site': 'same-origin' })).not.toBe(403);
  });

  it.each(changes)('%s does nothing when it is asked by get', async (_, route) => {
    const before = (await open.get('/api/alerts/audit')).text;
    const { status } = await open.get(urlOf(route), { headers: bearer(operate) });
    expect([200, 404]).toContain(status);
    expect((await open.get('/api/alerts/audit')).text).toBe(before);
  });

  it.each(named)('%s takes no parameter that it does not know', async (_, route) => {
    const { status, body } = await open.send(methodOf(route), `${urlOf(route)}?prject=default`, { body: bodies[route.id] });
    expect([status, body.error.code, body.error.field]).toEqual([400, 'parameter_unknown', 'prject']);
  });
});

describe('a body', () => {
  const silence = JSON.stringify(bodies.beginSilence);

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', ''])(
    'of the type %j, which a page may send to another site, is refused',
    async (type) => {
      expect((await open.post('/api/alerts/silences', silence, { headers: { 'content-type': type } })).status).toBe(415);
    },
  );

  it.each([
    ['{', 'body_invalid'],
    ['[]', 'body_invalid'],
    ['"a"', 'body_invalid'],
    ['null', 'body_invalid'],
    ['', 'body_invalid'],
  ])('%j is refused', async (text, code) => {
    const { status, body } = await open.post('/api/alerts/silences', text);
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it('with names that change what objects are changes nothing', async () => {
    const text = '{"matchers":{"__proto__":"a","rule":"b"},"durationS":60,"comment":"a","__proto__":{"polluted":1}}';
    await open.post('/api/alerts/silences', text);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('that never ends is refused at its limit, and its connection ends', async () => {
    const url = new URL(await open.listen());
    const answer = await new Promise<{ status: number; connection: string | undefined; sent: number }>((resolve, reject) => {
      let sent = 0;
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const asking = request({ host: url.hostname, port: url.port, path: '/api/alerts/silences', method: 'POST', headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode!, connection: response.headers.connection, sent });
        asking.destroy();
      });
      const piece = Buffer.alloc(16_384, 'a');
      const send = () => {
        sent += piece.length;
        if (!asking.destroyed && sent < 64 * 1024 * 1024) asking.write(piece, () => setImmediate(send));
      };
      asking.on('error', (error) => reject(error));
      send();
    });
    expect(answer).toMatchObject({ status: 413, connection: 'close' });
    expect(answer.sent).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('an id', () => {
  const hostile = [
    'x'.repeat(10_000),
    '..%2f..%2fetc',
    "'%20OR%201=1--",
    '%00',
    '__proto__',
    'constructor',
    '%F0%9F%92%A5',
    'a%0ab',
    '%7B%7D',
    '.',
    '%',
  ];
  it.each(hostile)('%.40s is there for nobody', async (id) => {
    for (const what of ['rules', 'incidents'])
      for (const answer of [
        await open.get(`/api/alerts/${what}/${id}`),
        await open.post(`/api/alerts/${what}/${id}/${what === 'rules' ? 'copy' : 'ack'}`),
      ])
        expect([400, 404, 414]).toContain(answer.status);
  });

  it.each(["x' OR 1=1 --", '\\', '}{a:String}', '%00', '💥', '%'])('%j among filters is a value', async (value) => {
    for (const filter of ['rule', 'channel', 'incident']) {
      const route = filter === 'rule' ? 'incidents' : 'deliveries';
      const { status, body } = await open.get(`/api/alerts/${route}?${filter}=${encodeURIComponent(value)}`);
      expect([status, body.data]).toEqual([200, []]);
    }
  });

  it.each([
    'limit=501',
    'limit=0',
    'cursor=a',
    `cursor=${'a'.repeat(1_001)}`,
    'cursor=WzEsMl0',
    'since=noon',
    'project=A%20b',
    'state=broken',
  ])('and a page %s are within bounds', async (query) => {
    const { status, body } = await open.get(`/api/alerts/incidents?${query}`);
    expect([status, body.error.code]).toEqual([400, 'parameter_invalid']);
  });
});

it('several projects are never taken for one: without a name nothing is answered', async () => {
  const house = await AlertApiHouse.open({ defaultProject: null }, open);
  for (const path of ['rules', 'instances', 'incidents', 'deliveries', 'silences', 'audit', 'quality'])
    expect(await house.get(`/api/alerts/${path}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_missing', field: 'project' } },
    });
  await house.close();
});

it('a chart is a picture of what the rule saw', async () => {
  const now = open.clock.now();
  const minutes = Array.from({ length: 20 }, (_, n) => now - (n + 1) * 60_000);
  const rows = minutes.flatMap((ts) =>
    Array.from({ length: 120 }, (_, n) => ({ ts: ts + n, value: 4_000 + n, metric: 'mcp-tool-execution' })),
  );
  await storeRows(open.warehouse, rows);
  await open.occur('default', 'slow', 'critical', { at: now - 5 * 60_000 });
  const [{ id }] = (await open.get('/api/alerts/incidents?rule=slow')).body.data;
  const { status, headers, text } = await open.get(`/api/alerts/incidents/${id}/chart.png`);
  expect([status, headers['content-type'], text.slice(1, 4)]).toEqual([200, 'image/png', 'PNG']);
});

it('a chart is for who may read of its project, and for who was sent a link to it', async () => {
  await open.occur('default', 'drawn', 'critical');
  const [{ id }] = (await open.get('/api/alerts/incidents?rule=drawn')).body.data;
  const at = `/api/alerts/incidents/${id}/chart.png`;
  const linked = new URL(chartUrl({ houseUrl: 'https://beacons.example', secret: linkSecret }, id, open.clock.now()));
  const asked = async (url: string) => (await open.get(url)).body.error;
  // Its rule measures nothing: there is nothing to draw, which only those learn who may look.
  const nothing = { code: 'not_found', message: 'of this incident there is no chart' };
  expect(await asked(at)).toMatchObject(nothing);
  expect(await asked(linked.pathname + linked.search)).toMatchObject(nothing);
  expect(await asked(`${at}?project=other`)).toMatchObject({ message: 'there is no such incident' });
  expect(await asked(`${at}?until=9999999999&sig=a`)).toMatchObject({ code: 'forbidden' });
  expect(await asked(`${linked.pathname}${linked.search}a`)).toMatchObject({ code: 'forbidden' });
  expect(await asked(`/api/alerts/incidents/another/chart.png${linked.search}`)).toMatchObject({ code: 'forbidden' });
});

describe("Slack's requests", () => {
  const actionOf = (incidentId: string) => ({
    ...{
      type: 'block_actions',
      user: { id: 'U1', name: 'ada' },
      actions: [{ type: 'button', action_id: 'acknowledge', value: `incident=${incidentId}&delivery=d` }],
    },
  });

  it('are believed by their signature over what came, byte by byte, and from nobody else', async () => {
    await open.occur('default', 'from-slack', 'critical');
    const [{ id }] = (await open.get('/api/alerts/incidents?rule=from-slack')).body.data;
    const body = `payload=${encodeURIComponent(JSON.stringify(actionOf(id)))}`;
    const timestamp = String(Math.floor(open.clock.now() / 1_000));
    const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const signed = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    };
    const press = async (text: string, headers: object) =>
      (await open.post('/api/alerts/slack/actions', text, { headers: { ...signed, ...headers }, remoteAddress: '192.0.2.7' })).status;
    const stateOf = async () => (await open.get(`/api/alerts/incidents/${id}`)).body.state;
    expect(await press(`${body} `, {})).toBe(401);
    expect(await press(body, { 'x-slack-signature': 'v0=00' })).toBe(401);
    expect(await stateOf()).toBe('open');
    expect(await press(body, {})).toBe(200);
    expect(await stateOf()).toBe('acknowledged');
  });

  it('are not there without the signing secret', async () => {
    expect(await guarded.post('/api/alerts/slack/actions', 'payload=1')).toMatchObject({ status: 404 });
  });
});
