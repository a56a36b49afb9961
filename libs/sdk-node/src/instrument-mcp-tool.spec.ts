import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import type { APM } from './apm.ts';
import { initializeAPM } from './initialize-apm.ts';
import { instrumentMCPTool } from './instrument-mcp-tool.ts';
import { trace, traceHeaders } from './trace.ts';

describe('instrumentMCPTool, alone', () => {
  let receiver: OtlpReceiver;
  let apm: APM;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    const who = { service: 'fitness', environment: 'staging', release: '1.4.2', key: 'sk_1' };
    apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false, ...who });
  });
  afterEach(async () => {
    await apm.shutdown();
    await receiver.close();
    expect(receiver.faults).toEqual([]);
  });

  const onlySpan = async () => {
    await apm.flush();
    expect(receiver.spans).toHaveLength(1);
    return receiver.spans[0]!;
  };

  it('records a call by the names of the guide and of the conventions', async () => {
    const handler = instrumentMCPTool('search_classes', async ({ query }: { query: string }) => ({
      content: [{ type: 'text', text: `${query} ü` }],
    }));
    const result = await handler({ query: 'yoga' });
    expect(result).toEqual({ content: [{ type: 'text', text: 'yoga ü' }] });
    const span = await onlySpan();
    expect(span).toMatchObject({ name: 'tools/call search_classes', kind: 2, status: {}, flags: 1 });
    expect(span.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search_classes',
      'mcp.tool.name': 'search_classes',
      'mcp.tool.duration': expect.any(Number),
      'mcp.tool.response_size': Buffer.byteLength(JSON.stringify(result)),
      'mcp.tool.response_tokens': Math.ceil(Buffer.byteLength(JSON.stringify(result)) / 4),
      'mcp.tool.status': 'success',
    });
    expect(span.resource).toMatchObject({
      'service.name': 'fitness',
      'service.version': '1.4.2',
      'deployment.environment.name': 'staging',
    });
    expect(receiver.requests[0]).toMatchObject({ path: '/v1/traces', key: 'sk_1' });
  });

  it('passes on the very error, and records it without personal data', async () => {
    const error = new TypeError('no class for ada@example.com');
    const handler = instrumentMCPTool('book', async () => {
      throw error;
    });
    await expect(handler()).rejects.toBe(error);
    const span = await onlySpan();
    expect(span.status).toEqual({ code: 2, message: 'no class for [email]' });
    expect(span.attributes).toMatchObject({ 'mcp.tool.status': 'error', 'error.type': 'TypeError' });
    expect(span.attributes).not.toHaveProperty('mcp.tool.response_size');
    expect(span.events[0]).toMatchObject({ name: 'exception', attributes: { 'exception.type': 'TypeError' } });
    expect(String(span.events[0]?.attributes['exception.stacktrace'])).toMatch(/^TypeError: no class for \[email\]\n\s+at /);
  });

  it('counts a result with isError as an error, which still arrives as a result', async () => {
    const result = { isError: true, content: [{ type: 'text', text: 'full' }] };
    expect(await instrumentMCPTool('book', async () => result)()).toBe(result);
    const span = await onlySpan();
    expect(span.attributes).toMatchObject({ 'mcp.tool.status': 'error', 'error.type': 'tool_error', 'mcp.tool.response_size': 58 });
    expect(span.status).toEqual({ code: 2, message: 'full' });
  });

  it('names a JSON-RPC error by its code', async () => {
    const handler = instrumentMCPTool('book', () => Promise.reject(Object.assign(new Error('bad'), { code: -32_602 })));
    await expect(handler()).rejects.toThrow('bad');
    expect((await onlySpan()).attributes).toMatchObject({ 'error.type': '-32602', 'rpc.response.status_code': '-32602' });
  });

  it('keeps what a handler is: this, all arguments, a result that is no promise, an error thrown at once', async () => {
    const shop = {
      name: 'gym',
      price: instrumentMCPTool('price', function (this: { name: string }, { size }: { size: number }, { unit }: { unit: string }) {
        if (size < 0) throw new RangeError('size');
        return `${this.name} ${size} ${unit}`;
      }),
    };
    expect(shop.price({ size: 2 }, { unit: 'EUR' })).toBe('gym 2 EUR');
    expect(() => shop.price({ size: -1 }, { unit: 'EUR' })).toThrow(RangeError);
    await apm.flush();
    expect(receiver.spans.map(({ attributes }) => attributes['mcp.tool.status'])).toEqual(['success', 'error']);
  });

  it('is one trace from the widget to the database', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    let sent = {};
    const handler = instrumentMCPTool('search', async (_params: object, _extra: object) =>
      trace(
        'SELECT classes',
        async () => {
          sent = traceHeaders();
          return [];
        },
        { kind: 'client', attributes: { 'db.system.name': 'postgresql' } },
      ),
    );
    await handler({ q: 1 }, { _meta: { traceparent, tracestate: 'v=1' } });
    await apm.flush();
    const [query, call] = receiver.spans;
    expect(call).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331', traceState: 'v=1' });
    expect(query).toMatchObject({ name: 'SELECT classes', kind: 3, traceId: call?.traceId, parentSpanId: call?.spanId });
    expect(query?.attributes).toEqual({ 'db.system.name': 'postgresql' });
    expect(sent).toEqual({ traceparent: `00-${call?.traceId}-${query?.spanId}-01`, tracestate: 'v=1' });
    expect(BigInt(query!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(call!.startTimeUnixNano));
    expect(BigInt(query!.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(call!.endTimeUnixNano));
    expect(traceHeaders()).toEqual({});
  });

  it('takes the headers of HTTP where _meta says nothing, and _meta from the arguments of a widget', async () => {
    const headers = { traceparent: '00-11111111111111111111111111111111-2222222222222222-00' };
    const handler = instrumentMCPTool('search', async (_params: object, _extra: object) => null);
    await handler({}, { requestInfo: { headers }, sessionId: 's-1' });
    await handler({ _meta: { traceparent: '00-33333333333333333333333333333333-4444444444444444-01' } }, { requestInfo: { headers } });
    await handler({}, { _meta: { traceparent: 'nonsense' }, requestInfo: { headers: { traceparent: `${headers.traceparent}-1` } } });
    await apm.flush();
    const [byHeaders, byMeta, byNeither] = receiver.spans;
    expect(byHeaders).toMatchObject({ traceId: '1'.repeat(32), parentSpanId: '2'.repeat(16), flags: 0 });
    expect(byHeaders?.attributes).toMatchObject({ 'mcp.session.id': 's-1', 'network.transport': 'tcp' });
    expect(byMeta).toMatchObject({ traceId: '3'.repeat(32), parentSpanId: '4'.repeat(16) });
    expect(byNeither).not.toHaveProperty('parentSpanId');
  });

  it('keeps calls at the same time apart, and one within another one below it', async () => {
    const inner = instrumentMCPTool('inner', async () => trace('query', async () => 1));
    const outer = instrumentMCPTool('outer', async () => inner());
    await Promise.all([outer(), outer(), inner()]);
    await apm.flush();
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(3);
    const byId = new Map(receiver.spans.map((span) => [span.spanId, span]));
    const parents = receiver.spans.map(({ name, parentSpanId }) => `${byId.get(parentSpanId ?? '')?.name ?? '-'} > ${name}`);
    expect(parents.sort()).toEqual([
      '- > tools/call inner',
      '- > tools/call outer',
      '- > tools/call outer',
      'tools/call inner > query',
      'tools/call inner > query',
      'tools/call inner > query',
      'tools/call outer > tools/call inner',
      'tools/call outer > tools/call inner',
    ]);
  });

  it('records of the parameters what is allowed, and the widget that is asked for', async () => {
    const options = { params: ['query', 'filters.city', 'login'] };
    const handler = instrumentMCPTool('search', async (_params: object) => ({ _meta: { 'openai/widgetSessionId': 'w-7' } }), options);
    await handler({ query: 'of bob@example.com', card: '4111', filters: { city: 'Rome', zip: 1 }, login: { password: 'x' } });
    expect((await onlySpan()).attributes).toMatchObject({
      'mcp.tool.params': '{"query":"of [email]","filters.city":"Rome","login":{"password":"[redacted]"}}',
      'openai.widget_session_id': 'w-7',
    });
  });

  it('says nothing of parameters unless it is asked to, and of the size if it is told not to', async () => {
    await instrumentMCPTool('search', async (_params: object) => ({}), { responseSize: false })({ query: 'yoga' });
    const { attributes } = await onlySpan();
    expect(Object.keys(attributes).filter((name) => /params|response/.test(name))).toEqual([]);
  });

  it('counts what the house refused of a batch', async () => {
    const before = apm.stats();
    receiver.answer({ status: 200, body: { partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } } });
    const handler = instrumentMCPTool('search', async () => null);
    await Promise.all([handler(), handler(), handler()]);
    await apm.flush();
    const { sentSpans, dropped } = apm.stats();
    expect({ sentSpans, more: (dropped.partly_refused ?? 0) - (before.dropped.partly_refused ?? 0) }).toEqual({ sentSpans: 2, more: 1 });
  });
});

describe('instrumentMCPTool, where nothing is to be sent to', () => {
  it('calls the handler and nothing else', async () => {
    initializeAPM({ url: '', ground: 'alone' });
    expect(await instrumentMCPTool('search', async (params: { q: number }) => params.q)({ q: 3 })).toBe(3);
    expect(traceHeaders()).toEqual({});
  });
});
