import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { context, propagation, SpanKind, SpanStatusCode, type TraceAPI, trace as traceApi } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { OtlpReceiver } from '../../testing/otlp-receiver.ts';
import { initializeAPM } from '../initialize-apm.ts';
import { instrumentMCPTool } from '../instrument-mcp-tool.ts';
import { trace, traceHeaders } from '../trace.ts';
import { findOpenTelemetry, useOpenTelemetry } from './opentelemetry-ground.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('on OpenTelemetry', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    traceApi.setGlobalTracerProvider(provider);
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    receiver = await OtlpReceiver.start();
    initializeAPM({ url: receiver.url, runtimeMetrics: false });
  });
  afterEach(() => exporter.reset());
  afterAll(async () => {
    await initializeAPM({ url: '' }).shutdown();
    await provider.shutdown();
    traceApi.disable();
    context.disable();
    propagation.disable();
    await receiver.close();
  });

  const app = traceApi.getTracer('app');
  const spans = () => exporter.getFinishedSpans();
  const spanNamed = (name: string) => spans().find((span) => span.name === name) as ReadableSpan;

  it('a call is a span of the app’s provider, in the trace of the caller, with the request’s span linked', async () => {
    const tool = instrumentMCPTool('search', async (_params: object, _extra: object) => {
      app.startSpan('SELECT').end();
      return { content: [] };
    });
    await app.startActiveSpan('POST /mcp', { kind: SpanKind.SERVER }, async (request) => {
      await tool({}, { _meta: { traceparent, tracestate: 'v=1' } });
      request.end();
    });
    const call = spanNamed('tools/call search');
    expect(call.kind).toBe(SpanKind.SERVER);
    expect(call.spanContext().traceId).toBe(traceparent.slice(3, 35));
    expect(call.spanContext().traceState?.serialize()).toBe('v=1');
    expect(call.parentSpanContext?.spanId).toBe(traceparent.slice(36, 52));
    expect(call.links.map((link) => link.context.spanId)).toEqual([spanNamed('POST /mcp').spanContext().spanId]);
    expect(call.instrumentationScope).toMatchObject({ name: '@beaconhouse/node' });
    expect(call.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'search',
      'mcp.tool.status': 'success',
      'mcp.tool.response_size': 14,
      'mcp.tool.duration': expect.any(Number),
    });
    expect(spanNamed('SELECT').parentSpanContext?.spanId).toBe(call.spanContext().spanId);
    expect(receiver.requests).toEqual([]);
  });

  it('a call is below the request where its trace has come by HTTP or is nobody’s', async () => {
    const tool = instrumentMCPTool('search', async (_params: object, _extra?: object) => null);
    await app.startActiveSpan('POST /mcp', async (request) => {
      await tool({}, { requestInfo: { headers: { traceparent } } });
      await tool({});
      request.end();
    });
    const request = spanNamed('POST /mcp').spanContext();
    const parents = spans().flatMap(({ name, parentSpanContext }) => (name === 'tools/call search' ? [parentSpanContext?.spanId] : []));
    expect(parents).toEqual([request.spanId, request.spanId]);
  });

  it('an error has its type, its status and its exception', async () => {
    const tool = instrumentMCPTool('book', () => Promise.reject(new RangeError('none for ada@example.com')));
    await expect(tool()).rejects.toThrow(RangeError);
    const call = spanNamed('tools/call book');
    expect(call.status).toEqual({ code: SpanStatusCode.ERROR, message: 'none for [email]' });
    expect(call.attributes).toMatchObject({ 'error.type': 'RangeError', 'mcp.tool.status': 'error' });
    expect(call.events.map(({ name, attributes }) => [name, attributes?.['exception.type']])).toEqual([['exception', 'RangeError']]);
  });

  it('a span that the app has made for the call by the guide’s name gets the tags', async () => {
    await app.startActiveSpan('mcp.tool', async (span) => {
      await instrumentMCPTool('search', async () => ({}))();
      span.end();
    });
    expect(spans().map(({ name, attributes }) => [name, attributes['mcp.tool.name']])).toEqual([['mcp.tool', 'search']]);
  });

  it('what this package sends is no span of it', () => {
    const quietly = findOpenTelemetry()?.quietly(() => app.startSpan('POST /v1/metrics').isRecording());
    expect({ quietly, otherwise: app.startSpan('GET').isRecording() }).toEqual({ quietly: false, otherwise: true });
  });

  it('the API can be handed over by an app whose bundler hides it', async () => {
    const names: string[] = [];
    const withTracer = Object.create(traceApi, {
      getTracer: {
        value: (name: string) => {
          names.push(name);
          return app;
        },
      },
    }) as TraceAPI;
    useOpenTelemetry({ ...api, trace: withTracer });
    await instrumentMCPTool('search', async () => ({}))();
    useOpenTelemetry(api);
    expect(names).toEqual(['@beaconhouse/node']);
  });

  it('own spans and headers are the provider’s', async () => {
    const headers = await trace('query', async () => traceHeaders(), { kind: 'client', attributes: { 'db.system.name': 'redis' } });
    const query = spanNamed('query');
    expect(query.kind).toBe(SpanKind.CLIENT);
    expect(headers.traceparent).toBe(`00-${query.spanContext().traceId}-${query.spanContext().spanId}-01`);
  });
});
