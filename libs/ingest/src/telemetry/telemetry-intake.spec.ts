import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from './record-id.ts';
import type { LogRecord, Origin, PointRecord, SpanRecord, TelemetryReceipt } from './telemetry-batch.ts';
import { TelemetryHouse } from './telemetry-house.contract.ts';
import { traceNumber } from './trace-keeping.ts';

let house: TelemetryHouse;
beforeAll(async () => {
  house = await TelemetryHouse.open();
});
afterAll(() => house.close());
beforeEach(async () => {
  for (const table of ['span_events', 'span_1m', 'span_1h', 'log_events', 'point_events', 'rum_events', 'outcomes_1m'])
    await house.warehouse.run(`TRUNCATE TABLE ${table}`);
  house.book.take();
});

const origin: Origin = { service: 'shop', env: 'production', release: '1.2.0', sessionId: '' };
const hex = (bytes: number) => randomBytes(bytes).toString('hex');

function span(changes: Partial<SpanRecord> = {}): SpanRecord {
  return {
    ...{ origin, traceId: hex(16), spanId: hex(8), parentId: '', name: 'GET /cart', kind: 'server', startUs: house.clock.now() * 1_000 },
    ...{ durationUs: 12_345, error: false, resource: '', weight: 1, attributes: {} },
    ...changes,
  };
}
const log = (changes: Partial<LogRecord> = {}): LogRecord => ({
  ...{ origin, at: house.clock.now(), severity: 17, name: '', body: 'it broke', traceId: '', spanId: '', attributes: {} },
  ...changes,
});
const point = (changes: Partial<PointRecord> = {}): PointRecord => ({
  ...{
    origin,
    name: 'queue.depth',
    unit: '1',
    kind: 'gauge',
    temporality: 'unspecified',
    monotonic: false,
    start: 0,
    at: house.clock.now(),
  },
  ...{ traceId: '', value: 3, attributes: {} },
  ...changes,
});

describe('TelemetryIntake', () => {
  it('stores a span with all it says, and counts it in minutes and hours', async () => {
    const one = span({
      ...{
        traceId: 'AB'.repeat(16).toLowerCase(),
        spanId: '00000000000000ff',
        parentId: 'ffffffffffffffff',
        startUs: house.clock.now() * 1_000 + 7,
      },
      error: true,
      attributes: {
        ...{ 'http.request.method': 'GET', 'http.response.status_code': 503, 'http.route': '/cart', 'server.address': 'shop.example' },
        ...{
          'error.type': 'TimeoutError',
          'exception.message': 'no answer from ann@example.com',
          'db.rows': 3,
          'http.response.body.size': 900,
        },
        ...{
          'gen_ai.tool.name': 'search',
          'http.request.header.authorization': 'Basic dTpw',
          'db.query.text': "select * from u where name = 'Ann' and id = 7",
        },
      },
    });
    expect(await house.take({ spans: [one] })).toMatchObject({ stored: { spans: 1 }, refused: [] });
    const [row] = await house.ask('SELECT *, toUnixTimestamp64Micro(start) AS us FROM spans');
    expect(row).toMatchObject({
      ...{
        project: 'default',
        service: 'shop',
        env: 'production',
        release: '1.2.0',
        name: 'GET /cart',
        kind: 'server',
        us: String(one.startUs),
      },
      ...{
        trace_id: 'ab'.repeat(16),
        span_id: '00000000000000ff',
        parent_id: 'ffffffffffffffff',
        entry: 1,
        error: 1,
        duration_us: '12345',
      },
      ...{ error_type: 'TimeoutError', error_message: 'no answer from [email]', http_method: 'GET', http_status: 503, route: '/cart' },
      ...{ host: 'shop.example', tool: 'search', response_bytes: 900, token_count: 225, weight: 1, source: 'otlp' },
    });
    expect(row!.attrs).toEqual({
      'db.rows': '3',
      'http.request.header.authorization': '[redacted]',
      'db.query.text': 'select * from u where name = ? and id = ?',
    });
    for (const table of ['span_1m', 'span_1h'])
      expect(await house.ask(`SELECT sum(n) AS n, sum(errors) AS errors, sum(us) AS us FROM ${table}`)).toEqual([
        { n: '1', errors: '1', us: '12345' },
      ]);
  });

  it('refuses single spans with a reason, and keeps their neighbours', async () => {
    const day = 86_400_000_000;
    const wrong = [
      span({ traceId: '0'.repeat(32) }),
      span({ spanId: 'abc' }),
      span({ durationUs: -1 }),
      span({ startUs: house.clock.now() * 1_000 - 2 * day }),
      span({ startUs: house.clock.now() * 1_000 + day }),
    ];
    const receipt = await house.take({ spans: [...wrong, span()] });
    expect('refused' in receipt && receipt.refused.map(({ refusal }) => refusal.refused)).toEqual([
      ...['id_invalid', 'id_invalid', 'value_out_of_range', 'time_out_of_range', 'time_out_of_range'],
    ]);
    expect(await house.ask('SELECT count() AS n FROM spans')).toEqual([{ n: '1' }]);
  });

  it('stores logs and points, each in its table', async () => {
    const { value: _, ...bare } = point({ name: 'http.server.request.duration', unit: 's', kind: 'histogram', temporality: 'delta' });
    const histogram = { ...bare, count: '3', sum: 0.5, bounds: [0.1, 1], buckets: ['1', '2', '0'] };
    await house.take({ logs: [log({ attributes: { 'session.id': 's1', code: 'E1' } })], points: [point(), histogram] });
    expect(await house.ask('SELECT service, severity, body, session_id != 0 AS session, attrs FROM logs')).toEqual([
      { service: 'shop', severity: 17, body: 'it broke', session: 1, attrs: { code: 'E1' } },
    ]);
    expect(await house.ask('SELECT name, unit, kind, value, count, sum, bounds, buckets FROM points ORDER BY name')).toEqual([
      {
        name: 'http.server.request.duration',
        unit: 'ms',
        kind: 'histogram',
        value: 0,
        count: '3',
        sum: 500,
        bounds: [100, 1000],
        buckets: ['1', '2', '0'],
      },
      { name: 'queue.depth', unit: '1', kind: 'gauge', value: 3, count: '0', sum: 0, bounds: [], buckets: [] },
    ]);
  });

  it('gives measured values the way of a beacon', async () => {
    const metrics = Array.from({ length: 130 }, (_, n) => ({ name: 'LCP', value: 1_000 + n, appId: 'shop' }));
    expect(await house.take({ beacons: [{ metrics }] })).toMatchObject({ stored: { metrics: 130 } });
    expect(await house.ask("SELECT count() AS n, max(value) AS most FROM rum WHERE metric = 'LCP' AND app = 'shop'")).toEqual([
      { n: '130', most: 1129 },
    ]);
  });

  it('stores a request that is sent again once, and accounts for all of it', async () => {
    const batch = { spans: Array.from({ length: 120 }, () => span()), logs: [log()], beacons: [{ metrics: [{ name: 'LCP', value: 1 }] }] };
    await Promise.all([house.take(batch, 'again'), house.take(batch, 'again')]);
    await house.take(batch, 'again');
    expect(await house.ask('SELECT count() AS n FROM spans')).toEqual([{ n: '120' }]);
    expect(await house.ask('SELECT count() AS n FROM logs')).toEqual([{ n: '1' }]);
    expect(await house.ask('SELECT count() AS n FROM rum')).toEqual([{ n: '1' }]);
    const counted = (wanted: string) =>
      rows.filter(({ outcome, reason }) => `${outcome} ${reason}` === wanted).reduce((sum, { events }) => sum + events, 0);
    const rows = house.book.take();
    expect([counted('received '), counted('accepted '), counted('rejected duplicate')]).toEqual([366, 122, 244]);
    expect(await house.ask("SELECT sum(events) AS n FROM outcomes_1m WHERE outcome = 'stored'")).toEqual([{ n: '122' }]);
  });

  it('cuts what is too long, and counts that', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`name.${n}`, 'x'.repeat(100)]));
    await house.take({ spans: [span({ attributes: { ...many, long: 'y'.repeat(5_000) } })] });
    const [row] = await house.ask<{ n: string; length: string }>(
      'SELECT length(attrs) AS n, arraySum(arrayMap(v -> length(v), mapValues(attrs))) AS length FROM spans',
    );
    expect([Number(row!.n), Number(row!.length)]).toEqual([114, 11_400]);
    expect(house.book.take()).toContainEqual(expect.objectContaining({ outcome: 'adjusted', reason: 'truncated', events: 1 }));
  });

  it('keeps the neighbours of an attribute whose name has half a character in it', async () => {
    await house.take({ logs: [log({ attributes: { '\ud800': 'x' } }), log({ body: 'beside it' })] });
    expect(await house.ask('SELECT body, attrs FROM log_events ORDER BY body')).toEqual([
      { body: 'beside it', attrs: {} },
      { body: 'it broke', attrs: { '\ufffd': 'x' } },
    ]);
  });

  it('lets others have their turn while it makes the rows of a large request', async () => {
    const spans = Array.from({ length: 20_000 }, (_, n) => span({ spanId: (n + 1).toString(16).padStart(16, '0') }));
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const taken = house.take({ spans });
    for (const before = house.clock.now(); turns === 0 && house.clock.now() < before + 10_000; ) await new Promise(setImmediate);
    expect(turns).toBeGreaterThan(0);
    expect(await Promise.race([taken.then(() => 'done'), 'still at work'])).toBe('still at work');
    expect(await taken).toMatchObject({ stored: { spans: 20_000 } });
    expect(await house.ask('SELECT count() AS n FROM span_events')).toEqual([{ n: '20000' }]);
    clearInterval(counting);
  });

  it('keeps no session of a person who objects', async () => {
    const asked = house.arrival({ privacySignal: true });
    await house.take({ spans: [span({ attributes: { 'session.id': 's1' } })] }, 'private', asked);
    expect(await house.ask('SELECT session_id, attrs FROM spans')).toEqual([{ session_id: '0', attrs: {} }]);
  });

  it('keeps a share of the traces whole, those with errors and slow ones beside it, with weights and a ledger that are right', async () => {
    const access = { ...house.access, project: { ...house.access.project, spans: { keep: 0.25, slowMs: 1_000 } } };
    const traces = Array.from({ length: 400 }, (_, n) => ({
      traceId: (n + 1).toString(16).padStart(32, '0'),
      error: n % 40 === 0,
      durationUs: n % 40 === 1 ? 2_000_000 : 1_000,
    }));
    const receipts: TelemetryReceipt[] = [];
    const send = async (spans: readonly SpanRecord[], name: string) => {
      const batch = { ...{ source: 'otlp' as const, logs: [], points: [], beacons: [], refused: [] }, spans };
      receipts.push(await house.intake.take(batch, digestOf('default', Buffer.from(name)), house.arrival(), access));
    };
    // The first request of each trace has two of its spans, its end comes later: with what it was like.
    await send(
      traces.flatMap(({ traceId }) => [span({ traceId, durationUs: 1_000, weight: 2 }), span({ traceId, durationUs: 1_000, weight: 2 })]),
      'begin',
    );
    await send(
      traces.map((trace) => span({ ...trace, weight: 2 })),
      'end',
    );
    const [all] = await house.ask('SELECT sum(weight) AS spans, sum(weight * error) AS errors, uniqExact(weight) AS weights FROM spans');
    const byTrace = await house.ask<{ n: string; remarkable: number }>(
      'SELECT count() AS n, max(error = 1 OR duration_us > 1000000) AS remarkable FROM spans GROUP BY trace_id',
    );
    const remarkable = byTrace.filter((one) => one.remarkable === 1);
    expect([remarkable.length, new Set(byTrace.filter((one) => one.remarkable === 0).map(({ n }) => n))]).toEqual([20, new Set(['3'])]);
    // What began before anybody knew is there for a quarter of them.
    expect(new Set(remarkable.map(({ n }) => n))).toEqual(new Set(['1', '3']));
    expect(all).toMatchObject({ errors: 20, weights: '2' });
    const inShare = ({ traceId }: { readonly traceId: string }) => traceNumber('default', traceId).draw < 0.25;
    const shown = traces.map((trace) => (inShare(trace) ? 16 : 0) + (trace.error || trace.durationUs > 1_000 ? 2 : inShare(trace) ? 8 : 0));
    expect(all!.spans).toBe(shown.reduce((sum, one) => sum + one, 0));
    const [stored] = await house.ask<{ n: string }>('SELECT count() AS n FROM spans');
    for (const table of ['span_1m', 'span_1h'])
      expect(await house.ask(`SELECT sum(n * weight) AS spans, sum(n) AS samples FROM ${table}`)).toEqual([
        { spans: all!.spans, samples: stored!.n },
      ]);
    const kept = Number(stored!.n);
    expect(receipts.map((receipt) => 'refused' in receipt && receipt.refused)).toEqual([[], []]);
    const rows = house.book.take();
    const counted = (outcome: string, reason = '') =>
      rows.filter((row) => row.outcome === outcome && row.reason === reason).reduce((sum, { events }) => sum + events, 0);
    expect([counted('received'), counted('accepted'), counted('rejected', 'sampled_out')]).toEqual([1_200, kept, 1_200 - kept]);
  });
});
