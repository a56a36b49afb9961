import { beforeAll, describe, expect, it } from '@jest/globals';
import { beaconLimits, configFileSchema, type RumRow } from '#contracts';
import type { Arrival } from './arrival.ts';
import { DimensionCaps, overflow } from './dimension-caps.ts';
import { IdentityHash } from './identity-hash.ts';
import { type Accepted, type IntakeContext, type Rejected, runIntake } from './intake-pipeline.ts';
import { KeyRing } from './key-ring.ts';
import { Places } from './place.ts';
import { Admission } from './steps/limit-rate.ts';

const now = Date.UTC(2026, 0, 15, 12);
const hour = 3_600_000;
const arrival: Arrival = {
  receivedAt: now,
  network: '8.8.8.0',
  origin: undefined,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  privacySignal: false,
};
let places: Places;
beforeAll(async () => {
  places = await Places.open();
});

const config = configFileSchema.parse({
  projects: [
    { id: 'shop', open: true, routes: [{ match: '/p/*', name: 'product' }] },
    { id: 'app', keys: [{ id: 'web', key: 'browser-key-1', environments: ['production'], eventsPerSecond: 10, burst: 20 }] },
  ],
});

function context(valuesPerDimension = 100): IntakeContext {
  const making = { identity: new IdentityHash(Buffer.alloc(32, 7)), places };
  return { admission: new Admission(config.limits), caps: new DimensionCaps(valuesPerDimension), making };
}

function take(body: unknown, options: { key?: string; arrival?: Partial<Arrival>; context?: IntakeContext } = {}): Accepted | Rejected {
  const access = new KeyRing(config).find(options.key);
  if ('refused' in access) throw new Error(access.message);
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return runIntake(bytes, { ...arrival, ...options.arrival }, access, options.context ?? context());
}

const metric = (fields: object = {}) => ({ name: 'LCP', value: 1200, ...fields });
const beacon = (...metrics: object[]) => ({ metrics, timestamp: now });

function rowsOf(result: Accepted | Rejected): RumRow[] {
  if ('refusal' in result) throw new Error(result.refusal.message);
  return result.lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function refusalOf(result: Accepted | Rejected) {
  if (!('refusal' in result)) throw new Error('the beacon was accepted');
  const { refused, field, limit } = result.refusal;
  return { refused, field, limit };
}

describe('a beacon is refused', () => {
  const nested = `${'['.repeat(9)}${']'.repeat(9)}`;
  it.each([
    ['that is not JSON', '{"metrics":', { refused: 'json_invalid', field: 'body' }],
    ['that nests too deep', nested, { refused: 'json_too_deep', limit: beaconLimits.jsonDepth }],
    ['without metrics', {}, { refused: 'shape_invalid', field: 'metrics' }],
    ['with no metric', beacon(), { refused: 'shape_invalid', field: 'metrics', limit: 1 }],
    ['with too many metrics', beacon(...Array(101).fill(metric())), { refused: 'too_many_events', field: 'metrics', limit: 100 }],
    ['with __proto__ in it', '{"__proto__":{"a":1},"metrics":[]}', { refused: 'forbidden_key', field: 'body' }],
    ['with a sample rate of 0', { ...beacon(metric()), sampleRate: 0 }, { refused: 'shape_invalid', field: 'sampleRate', limit: 1e-6 }],
    ['with an id that is no UUID', { ...beacon(metric()), beaconId: 'x' }, { refused: 'shape_invalid', field: 'beaconId' }],
    ['made a day ago', { ...beacon(metric()), beaconId: uuid7(now - 25 * hour) }, { refused: 'beacon_too_old', field: 'beaconId' }],
    ['of which nothing is good', beacon(metric({ name: '!' })), { refused: 'name_invalid', field: 'metrics[0].name' }],
  ])('%s', (_name, body, expected) => {
    expect(refusalOf(take(body))).toMatchObject(expected);
  });

  it('above the quota of its key, and only of that key', () => {
    const shared = context();
    const many = beacon(...Array(50).fill(metric({ environment: 'production' })));
    take(many, { key: 'browser-key-1', context: shared });
    const second = take(many, { key: 'browser-key-1', context: shared }) as Rejected;
    expect(second.refusal).toMatchObject({ refused: 'quota_exceeded', limit: 10, retryAfterSeconds: 4 });
    expect(second.events).toBe(50);
    expect(rowsOf(take(beacon(metric()), { context: shared }))).toHaveLength(1);
  });
});

describe('an event is refused alone', () => {
  it.each([
    ['a name with a space', { name: 'a b' }, 'name_invalid', 'metrics[1].name'],
    ['a name of 65 letters', { name: 'a'.repeat(65) }, 'name_invalid', 'metrics[1].name'],
    ['a negative value', { value: -1 }, 'value_out_of_range', 'metrics[1].value'],
    ['a value that is text', { value: '12' }, 'value_out_of_range', 'metrics[1].value'],
    ['a timing above 15 minutes', { value: 900_001 }, 'value_out_of_range', 'metrics[1].value'],
    ['an own value that no sketch can hold', { name: 'own', value: 1e302 }, 'value_out_of_range', 'metrics[1].value'],
    ['a long text', { route: 'x'.repeat(2_049) }, 'string_too_long', 'metrics[1].route'],
    ['a long attribute', { attributes: { a: 'x'.repeat(2_049) } }, 'string_too_long', 'metrics[1].attributes.a'],
    ['a nested attribute', { attributes: { a: { b: 1 } } }, 'shape_invalid', 'metrics[1].attributes.a'],
    [
      '33 attributes',
      { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, i])) },
      'too_many_attributes',
      'metrics[1].attributes',
    ],
    ['a bad attribute name', { attributes: { 'a b': 1 } }, 'name_invalid', 'metrics[1].attributes'],
    ['constructor as attribute', { attributes: { constructor: 1 } }, 'forbidden_key', 'metrics[1].attributes'],
    ['a bad trace id', { traceId: 'xyz' }, 'shape_invalid', 'metrics[1].traceId'],
  ])('%s', (_name, fields, refused, field) => {
    const result = take(beacon(metric(), metric(fields), metric())) as Accepted;
    expect(rowsOf(result)).toHaveLength(2);
    expect(result.draft.refusals).toEqual([{ index: 1, refusal: expect.objectContaining({ refused, field }) }]);
  });

  it('for more attributes than are allowed, where a name in both parts is one', () => {
    const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, i]));
    expect(rowsOf(take(beacon(metric({ attribution: names(20), attributes: names(32) }))))).toHaveLength(1);
    expect(refusalOf(take(beacon(metric({ attribution: names(33), attributes: names(20) }))))).toMatchObject({
      refused: 'too_many_attributes',
    });
  });

  it('a number that JSON reads as infinite', () => {
    const result = take(`{"metrics":[{"name":"LCP","value":1e400},{"name":"LCP","value":1}]}`) as Accepted;
    expect(result.draft.refusals[0]!.refusal).toMatchObject({ refused: 'value_out_of_range', field: 'metrics[0].value' });
  });

  it('not for a field that refusals have', () => {
    const result = take(beacon(metric({ refused: 'chosen_by_client', message: 'x', field: 'y' }))) as Accepted;
    expect(rowsOf(result)).toHaveLength(1);
    expect(result.draft.refusals).toEqual([]);
  });

  it('an environment that its key is not for', () => {
    const both = beacon(metric({ environment: 'production' }), metric({ environment: 'staging' }));
    const result = take(both, { key: 'browser-key-1' }) as Accepted;
    expect(result.draft.refusals[0]!.refusal).toMatchObject({ refused: 'environment_not_allowed', limit: 'production' });
  });

  it('__proto__ as attribute, and no object gains a property', () => {
    const body = '{"metrics":[{"name":"LCP","value":1},{"name":"LCP","value":1,"attributes":{"__proto__":{"polluted":1}}}]}';
    const result = take(body) as Accepted;
    expect(result.draft.refusals[0]!.refusal.refused).toBe('forbidden_key');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a row', () => {
  const rowOf = (fields: object, extra: object = {}, options: Parameters<typeof take>[1] = {}) =>
    rowsOf(take({ ...beacon(metric(fields)), ...extra }, options))[0]!;

  it('carries the tenant of the key, whatever the body claims', () => {
    const row = rowOf({ environment: 'production', tenant: 'other', project: 'other' }, { tenant: 'other' }, { key: 'browser-key-1' });
    expect(row.tenant).toBe('app');
  });

  it('says unknown where app, environment and tool are missing', () => {
    expect(rowOf({})).toMatchObject({ app: 'unknown', env: 'unknown', tool: 'unknown', route: 'unknown' });
  });

  it.each([
    [2500, 'good'],
    [2500.1, 'needs-improvement'],
    [4000, 'needs-improvement'],
    [4000.1, 'poor'],
  ])('of LCP %f is %s, whatever the client says', (value, rating) => {
    expect(rowOf({ value, rating: 'poor' }).rating).toBe(rating);
  });

  it('keeps the rating of a metric that only the application knows', () => {
    expect(rowOf({ name: 'checkout.total', rating: 'needs-improvement' }).rating).toBe('needs-improvement');
  });

  it('of a failed tool call is poor', () => {
    expect(rowOf({ name: 'mcp-tool-error', value: 3, widgetContext: { toolName: 'book' } })).toMatchObject({
      rating: 'poor',
      tool: 'book',
    });
  });

  it.each([
    ['a first report', { name: 'CLS', value: 0.2, delta: 0.2 }, undefined],
    ['a later report of the same page view', { name: 'CLS', value: 0.3, delta: 0.1 }, 0],
    ['a client that sends no delta', { name: 'INP', value: 90 }, undefined],
    ['a TTFB that no request stands behind', { name: 'TTFB', value: 0, navigationType: 'back-forward-cache' }, 0],
    ['an own metric with a delta', { name: 'own', value: 3, delta: 1 }, undefined],
  ])('counts %s', (_name, fields, counted) => {
    expect(rowOf(fields).counted).toBe(counted);
  });

  it('weighs what sampling left out', () => {
    expect(rowOf({}, { sampleRate: 0.1 }).weight).toBe(10);
  });

  it('keeps the first sampling rates of a day exact and rounds the weight of further ones', () => {
    const shared = context();
    const weightAt = (sampleRate: number) => rowOf({}, { sampleRate }, { context: shared }).weight;
    const rates = Array.from({ length: 20 }, (_, index) => 1 / (11.5 + index));
    expect(rates.map(weightAt)).toEqual(rates.map((rate) => 1 / rate));
    expect([1 / 437, 1 / 4.7, rates[0]!].map(weightAt)).toEqual([400, 5, 1 / rates[0]!]);
  });

  it('has the network the browser estimates, in columns, within what they hold', () => {
    const connection = { effectiveType: '4g', downlink: 1e300, rtt: 1e9 };
    expect(rowOf({ connection })).toMatchObject({ connection: '4g', downlink: 1e6, rtt: 65_535 });
    const silent = rowOf({ connection: { downlink: 0, rtt: -1 } });
    expect(silent).not.toHaveProperty('downlink');
    expect(silent).not.toHaveProperty('rtt');
  });

  it('has the span id as a number, whole beyond 2^53', () => {
    expect(rowOf({ spanId: 'fffffffffffffffe' }).span_id).toBe('18446744073709551614');
  });

  it.each([
    [1600.0000238418579, 1600],
    [12345.699999809265, 12345.7],
    [0.000123456789, 0.0001234568],
    [123456789012, 123456789012],
  ])('holds %f as %f: without the noise of clocks', (value, stored) => {
    expect(rowOf({ name: 'own', value }).value).toBe(stored);
  });

  it('repeats neither the value as render time nor the bytes as tokens', () => {
    const attributesOf = (widgetContext: object) => rowOf({ value: 310, widgetContext }).attrs;
    expect(attributesOf({ renderTime: 310, responseBytes: 4001, tokenCount: 1001 })).toBeUndefined();
    expect(attributesOf({ renderTime: 25, responseBytes: 4000, tokenCount: 812 })).toEqual({ render_time: '25', token_count: '812' });
  });

  it('has hashes in place of ids, different between projects', () => {
    const ids = { sessionId: 'session-1', userId: 'jane', environment: 'production' };
    const [shop, app] = [rowOf(ids), rowOf(ids, {}, { key: 'browser-key-1' })];
    expect(JSON.stringify([shop, app])).not.toMatch(/session-1|jane/);
    expect([shop.session_id, shop.user_hash]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
    expect(shop.session_id).not.toBe(app.session_id);
    expect(rowOf(ids).session_id).toBe(shop.session_id);
  });

  it.each([
    ["the browser's signal", {}, { arrival: { privacySignal: true } }],
    ["the beacon's word", { privacy: true }, {}],
  ])('has no ids after %s', (_name, extra, options) => {
    const result = take({ ...beacon(metric({ sessionId: 's', userId: 'u' })), ...extra }, options) as Accepted;
    expect(rowsOf(result)[0]).not.toHaveProperty('session_id');
    expect(rowsOf(result)[0]).not.toHaveProperty('user_hash');
    expect(result.draft.adjusted.get('ids_removed')).toBe(1);
  });

  it('has the country of the network and never the address', () => {
    const row = rowOf({});
    expect(row.country).toBe('US');
    expect(JSON.stringify(row)).not.toContain('8.8.8');
  });

  it("names the route by the project's pattern, then by ids", () => {
    expect(['/p/blue', 'https://x.example/o/77?token=a'].map((route) => rowOf({ route }).route)).toEqual(['product', '/o/:id']);
  });

  it('takes the tool for the route of a page that has no address', () => {
    expect(rowOf({ url: 'about:srcdoc', widgetContext: { toolName: 'search' } }).route).toBe('search');
  });

  it('has no personal data in any field', () => {
    const canaries = ['jane@example.com', '4111 1111 1111 1111', 'https://x.example/a?auth_token=canarytoken', '203.0.113.99'];
    for (const canary of canaries) {
      const everywhere = { appId: canary, environment: canary, route: canary, release: canary, navigationType: canary.slice(0, 32) };
      const more = {
        connection: { effectiveType: canary.slice(0, 16) },
        widgetContext: { toolName: canary },
        attributes: { a: canary },
        attribution: { b: canary },
      };
      const text = JSON.stringify(rowOf({ ...everywhere, ...more, userAgent: canary }));
      expect(text).not.toMatch(/jane|4111|canarytoken|203\.0/);
    }
  });

  it('has no personal data of an address that stands for the route', () => {
    expect(rowOf({ url: 'https://x.example/users/jane@example.com/orders?mail=jane' }).route).not.toContain('jane');
  });

  it.each(['"', '\\', '\n', '\u2028', '\u0085', '\u007f', 'é', '日本', '😀'])('has %j of an attribute as it was', (text) => {
    const { attrs, tool } = rowOf({ attributes: { text: `a${text}b` }, widgetContext: { toolName: `a${text}b` } });
    expect([attrs.text, tool]).toEqual([`a${text}b`, `a${text}b`]);
  });

  it.each([163.40000000018628, 0.1271791731875936, 1457.5000000005589, 999_999.9, 1_234_567.8, 12.3456789, 0.1, 1 / 3, 99.99999999])(
    'has seven digits of %f',
    (value) => {
      expect(rowOf({ value, name: 'own' }).value).toBe(Number(value.toPrecision(7)));
    },
  );

  it('has whole characters only', () => {
    const row = rowOf({ route: 'a\ud800b', attributes: { half: '\udc00' } });
    expect([row.route, row.attrs.half]).toEqual(['a\ufffdb', '\ufffd']);
  });

  it('shares one name when a dimension has too many values', () => {
    const shared = context(2);
    const routes = ['a', 'b', 'c', 'a'].map((route) => rowOf({ route }, {}, { context: shared }).route);
    expect(routes).toEqual(['a', 'b', overflow, 'a']);
  });

  it("caps own metric names and never the catalogue's", () => {
    const shared = context(1);
    const names = ['own-1', 'own-2', 'LCP'].map((name) => rowOf({ name }, {}, { context: shared }).metric);
    expect(names).toEqual(['own-1', overflow, 'LCP']);
  });
});

describe('what a beacon says for all its metrics', () => {
  const common = {
    ...{ appId: 'booking', environment: 'production', release: '1.2', sessionId: 's', userId: 'u', route: '/o/77' },
    ...{ userAgent: 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0', connection: { effectiveType: '4g', rtt: 50 } },
  };
  const rows = (shared: object, ...metrics: object[]) => rowsOf(take({ ...beacon(...metrics.map(metric)), common: shared }));

  it('is what each of them would say', () => {
    const each = rows({}, common, { ...common, value: 2 });
    expect(rows(common, {}, { value: 2 })).toEqual(each);
    expect(each[0]).toMatchObject({ app: 'booking', browser: 'Firefox', route: '/o/:id', connection: '4g', rtt: 50 });
  });

  it.each([
    ['app', { appId: 'other' }, 'other'],
    ['env', { environment: 'staging' }, 'staging'],
    ['release', { release: '' }, undefined],
    ['browser', { userAgent: 'curl/8' }, 'unknown'],
    ['connection', { connection: {} }, undefined],
    ['route', { route: '/other' }, '/other'],
    ['user_hash', { userId: '' }, undefined],
  ] as const)('gives way to what a metric says of its %s', (column, own, value) => {
    const [first, second, third] = rows(common, {}, own, {});
    expect(second![column]).toBe(value);
    expect([first, third]).toEqual(rows(common, {}, {}));
  });

  it('of its route makes way for an address when a metric has an empty one', () => {
    expect(rows(common, { route: '', url: 'https://x.example/cart' })[0]!.route).toBe('/cart');
  });

  it('is scrubbed and counted once for each event', () => {
    const result = take({ ...beacon(metric(), metric()), common: { ...common, route: 'mail jane@example.com' } }) as Accepted;
    expect(result.lines).not.toContain('jane');
    expect(result.draft.adjusted.get('text_scrubbed')).toBe(2);
  });

  it.each([
    [{ appId: 7 }, 'shape_invalid', 'common.appId'],
    [{ route: 'x'.repeat(2_049) }, 'string_too_long', 'common.route'],
    [{ connection: 'fast' }, 'shape_invalid', 'common.connection'],
    ['text', 'shape_invalid', 'common'],
  ])('refuses the beacon when it is %j', (shared, refused, field) => {
    expect(refusalOf(take({ ...beacon(metric()), common: shared }))).toMatchObject({ refused, field });
  });

  it('decides whether the key is for its environment', () => {
    const result = take({ ...beacon(metric()), common: { environment: 'staging' } }, { key: 'browser-key-1' });
    expect(refusalOf(result)).toMatchObject({ refused: 'environment_not_allowed' });
  });
});

describe('the time of an event', () => {
  const timeOf = (timestamp: number | undefined, sentAt: number | undefined) => {
    const result = take({ metrics: [metric({ timestamp })], timestamp: sentAt }) as Accepted;
    return { ts: rowsOf(result)[0]!.ts - now, corrected: result.draft.adjusted.get('clock_corrected') ?? 0 };
  };

  it.each([
    ["is the client's when its clock agrees", now - 5_000, now - 100, { ts: -5_000, corrected: 0 }],
    ["is moved by the clock's skew", now - 2 * hour - 5_000, now - 2 * hour, { ts: -5_000, corrected: 1 }],
    ['is moved back when the clock is ahead', now + hour - 5_000, now + hour, { ts: -5_000, corrected: 1 }],
    ['is the arrival when there is none', undefined, now, { ts: 0, corrected: 0 }],
    ['is the arrival when it is in the future', now + 61_000, now, { ts: 0, corrected: 1 }],
    ['may lie a minute ahead', now + 60_000, now, { ts: 60_000, corrected: 0 }],
    ['is the arrival when it is over a day old', now - 24 * hour - 1, now, { ts: 0, corrected: 1 }],
    ['may be a day old', now - 24 * hour, now, { ts: -24 * hour, corrected: 0 }],
    ['is the arrival when it is 1970', 0, now, { ts: 0, corrected: 1 }],
    ['is the arrival when it is 2100', Date.UTC(2100, 0), now, { ts: 0, corrected: 1 }],
  ])('%s', (_name, timestamp, sentAt, expected) => {
    expect(timeOf(timestamp, sentAt)).toEqual(expected);
  });
});

function uuid7(at: number): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
