import { describe, expect, it } from '@jest/globals';
import { faroBatch } from './faro-batch.ts';
import { readFaro } from './faro-body.ts';

const at = '2026-12-01T10:00:00.250Z';
const meta = {
  app: { name: 'shop', version: '7.1.0', environment: 'production' },
  session: { id: 'session-1' },
  user: { id: 'u1', email: 'a@b.co' },
  page: { url: 'https://shop.example/cart?token=abc' },
  view: { name: 'cart' },
  browser: { userAgent: 'Mozilla/5.0' },
};
const trace = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const read = (body: object | string) => readFaro(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
function batch(body: object) {
  const said = read({ meta, ...body });
  if ('refused' in said) throw new Error(said.message);
  return faroBatch(said);
}

describe('measurements of Faro', () => {
  it('are web vitals with what explains them, by the names of web-vitals', () => {
    const values = { lcp: 1234.5, delta: 1234.5, time_to_first_byte: 200, element_render_delay: 34.5, resource_load_delay: 0 };
    const context = { id: 'v6-1', rating: 'good', navigation_type: 'navigate', element: '#shop>h1' };
    const { beacons, refused } = batch({ measurements: [{ type: 'web-vitals', values, context, timestamp: at, trace }] });
    expect(refused).toEqual([]);
    expect(beacons).toEqual([
      {
        common: {
          ...{ appId: 'shop', environment: 'production', release: '7.1.0', sessionId: 'session-1', userId: 'u1' },
          ...{ url: 'https://shop.example/cart?token=abc', userAgent: 'Mozilla/5.0' },
        },
        metrics: [
          {
            ...{ name: 'LCP', value: 1234.5, delta: 1234.5, rating: 'good', id: 'v6-1', navigationType: 'navigate' },
            ...{ timestamp: Date.parse(at), traceId: trace.trace_id, spanId: trace.span_id },
            attribution: { target: '#shop>h1', timeToFirstByte: 200, elementRenderDelay: 34.5, resourceLoadDelay: 0 },
          },
        ],
      },
    ]);
  });

  it('are a metric for each value otherwise', () => {
    const { beacons } = batch({
      measurements: [{ type: 'mcp', values: { first: 12, second: 3 }, context: { tool: 'search' }, timestamp: at }],
    });
    expect(beacons[0]?.metrics).toEqual([
      { name: 'mcp.first', value: 12, timestamp: Date.parse(at), attributes: { tool: 'search' } },
      { name: 'mcp.second', value: 3, timestamp: Date.parse(at), attributes: { tool: 'search' } },
    ]);
  });

  it('are refused alone where they are none', () => {
    const { beacons, refused } = batch({
      measurements: [7, { type: '<b>', values: { x: 1 } }, { type: 'a' }, { type: 'ok', values: { x: 1 } }],
    });
    expect(refused.map(({ signal, refusal }) => [signal, refusal.refused])).toEqual([
      ['metrics', 'shape_invalid'],
      ['metrics', 'name_invalid'],
      ['metrics', 'shape_invalid'],
    ]);
    expect(beacons[0]?.metrics).toMatchObject([{ name: 'ok.x' }]);
  });
});

describe('other items of Faro', () => {
  it('exceptions are errors as the own SDK says them', () => {
    const frame = { filename: 'https://shop.example/app.js', function: 'pay', lineno: 3, colno: 9 };
    const exception = {
      type: 'TypeError',
      value: 'x is undefined',
      stacktrace: { frames: [frame] },
      context: { step: 'pay', type: 'mine' },
    };
    expect(batch({ exceptions: [{ ...exception, timestamp: at }] }).beacons[0]?.metrics).toEqual([
      {
        ...{ name: 'js-error', value: 1, timestamp: Date.parse(at) },
        attributes: { message: 'x is undefined', type: 'TypeError', stack: '    at pay (https://shop.example/app.js:3:9)', step: 'pay' },
      },
    ]);
  });

  it('logs and events are log records with the page they were of', () => {
    const { logs } = batch({
      logs: [{ message: 'slow', level: 'warn', context: { n: '1' }, timestamp: at, trace }],
      events: [
        { name: 'session_start', timestamp: at },
        { name: 'faro.tracing.fetch', attributes: { duration_ns: '1' }, timestamp: at },
        { name: 'bought', domain: 'shop', attributes: { classes: '2' }, timestamp: at },
      ],
    });
    const origin = { service: 'shop', env: 'production', release: '7.1.0', sessionId: 'session-1' };
    const page = { 'page.route': '/cart', 'view.name': 'cart' };
    expect(logs).toEqual([
      {
        ...{ origin, at: Date.parse(at), severity: 13, name: '', body: 'slow', traceId: trace.trace_id, spanId: trace.span_id },
        attributes: { ...page, n: '1' },
      },
      { ...{ origin, at: Date.parse(at), severity: 9, name: 'session_start', body: '', traceId: '', spanId: '' }, attributes: page },
      {
        ...{ origin, at: Date.parse(at), severity: 9, name: 'bought', body: '', traceId: '', spanId: '' },
        attributes: { ...page, classes: '2', 'event.domain': 'shop' },
      },
    ]);
  });

  it('traces are spans of OpenTelemetry, refused as one where they cannot be read', () => {
    const span = { traceId: trace.trace_id, spanId: trace.span_id, name: 'GET', startTimeUnixNano: '1', endTimeUnixNano: '2001' };
    const traces = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect(batch({ traces }).spans).toMatchObject([{ traceId: trace.trace_id, spanId: trace.span_id, durationUs: 2 }]);
    expect(batch({ traces: { resourceSpans: 'x' } }).refused).toMatchObject([{ signal: 'spans' }]);
  });
});

describe('a body of Faro', () => {
  it.each([
    ['no JSON', '{', 'json_invalid'],
    ['no object', '[]', 'shape_invalid'],
    ['a list that is none', '{"logs":{}}', 'shape_invalid'],
    ['too many levels', `{"meta":${'['.repeat(40)}${']'.repeat(40)}}`, 'json_too_deep'],
    ['too many items', JSON.stringify({ logs: Array(501).fill({}) }), 'too_many_events'],
  ])('is refused with %s', (_, body, reason) => expect(read(body)).toMatchObject({ refused: reason }));

  it('may be empty', () => expect(faroBatch(read('{}') as never)).toMatchObject({ spans: [], logs: [], beacons: [], refused: [] }));
});
