import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import { diagnostics } from './diagnostics.ts';
import { initializeAPM } from './initialize-apm.ts';
import { instrumentMCPTool } from './instrument-mcp-tool.ts';

const broken = (): never => {
  throw new Error('the tracer is broken');
};
/** What a tracer may do to the callback that it is to run. */
const runs = { activate: (_span: unknown, run: () => unknown) => run(), active: () => null };
const workingSpan = { addTags() {}, addLink() {}, finish() {}, context: () => ({ toTraceId: () => '0', _name: 'mcp.tool' }) };
const working = { _tracingInitialized: true, scope: () => runs, startSpan: () => workingSpan, extract: () => null, inject() {} };

/** Tracers in dd-trace's place that fail at each point where one is called. */
const tracers: Record<string, object> = {
  'asking for the active span': { ...working, scope: broken },
  'reading the active span': { ...working, scope: () => ({ ...runs, active: () => ({ ...workingSpan, context: broken }) }) },
  'reading the context of the caller': { ...working, extract: broken },
  'starting a span': { ...working, startSpan: broken },
  'starting a span, with nothing': { ...working, startSpan: () => undefined },
  'activating a span, before the tool': { ...working, scope: () => ({ ...runs, activate: broken }) },
  'activating a span, after the tool': {
    ...working,
    scope: () => ({ ...runs, activate: (_span: unknown, run: () => unknown) => [run(), broken()] }),
  },
  'setting tags': { ...working, startSpan: () => ({ ...workingSpan, addTags: broken }) },
  'ending a span': { ...working, startSpan: () => ({ ...workingSpan, finish: broken }) },
};

const withTracer = globalThis as { _ddtrace?: object };
const caller = { _meta: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } };

describe('a tool is not harmed', () => {
  let receiver: OtlpReceiver;
  let mistakes: number;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    mistakes = diagnostics().internalErrors;
  });
  afterEach(async () => {
    delete withTracer._ddtrace;
    await initializeAPM({ url: '' }).shutdown();
    await receiver.close();
  });

  describe.each(Object.entries(tracers))('by a tracer that fails at %s', (_place, tracer) => {
    it('returns, throws and runs once as if there were none', async () => {
      withTracer._ddtrace = tracer;
      initializeAPM({ url: '', ground: 'datadog' });
      let calls = 0;
      const [answer, error] = [{ content: [] }, new Error('full')];
      const tool = instrumentMCPTool('book', (params: { fail?: 'now' | 'later'; wait?: boolean }, _extra: object) => {
        calls++;
        if (params.fail === 'now') throw error;
        if (params.fail) return Promise.reject(error);
        return params.wait ? Promise.resolve(answer) : answer;
      });
      expect(tool({}, caller)).toBe(answer);
      expect(await tool({ wait: true }, caller)).toBe(answer);
      expect(() => tool({ fail: 'now' }, caller)).toThrow(error);
      await expect(tool({ fail: 'later' }, caller)).rejects.toBe(error);
      expect(calls).toBe(4);
      expect(diagnostics().internalErrors).toBeGreaterThanOrEqual(mistakes + 4);
    });
  });

  it.each([
    ['a result that cannot be JSON', () => ({ big: 1n })],
    ['a result with a toJSON that throws', () => ({ toJSON: broken })],
    ['a result that may not be read', () => new Proxy({}, { get: broken })],
    ['a circle', () => Object.assign([], { 0: [] })],
  ])('by %s', (_what, make) => {
    initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
    const result = make();
    // Not expect(...).toBe: it would read what must not be read.
    expect(instrumentMCPTool('book', () => result)() === result).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'full'],
    ['an object that is no text', Object.create(null)],
    ['what may not be read', new Proxy({}, { get: broken })],
    ['an error that is frozen', Object.freeze(new Error('full'))],
  ])('by %s that it throws', async (_what, thrown) => {
    const apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
    const tool = instrumentMCPTool('book', async () => {
      throw thrown;
    });
    const same = await tool().then(
      () => false,
      (error: unknown) => error === thrown,
    );
    expect(same).toBe(true);
    await apm.flush();
    expect(receiver.spans).toHaveLength(1);
    expect(receiver.spans[0]?.attributes['mcp.tool.status']).toBe('error');
  });

  it('by parameters that may not be read, a redactor that throws, a listed name that is none', async () => {
    initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
    const hostile = new Proxy({}, { get: broken, getOwnPropertyDescriptor: broken });
    const options = { params: ['query', 7 as never], redact: broken };
    expect(instrumentMCPTool('book', (_params: object) => 'done', options)(hostile)).toBe('done');
    expect(instrumentMCPTool('book', (_params: object) => 'done', options)({ query: 'x' })).toBe('done');
  });

  it('by a house that never answers: the result is there at once, and so is a later one', async () => {
    const apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false, flushInterval: 0, exitTimeout: 0 });
    receiver.answer({ status: 200, hang: true });
    const order: string[] = [];
    const tool = instrumentMCPTool('book', async () => 'done');
    await tool();
    await receiver.until(() => receiver.requests.length === 1);
    setImmediate(() => order.push('the next turn of the event loop'));
    await tool().then((result) => order.push(result));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['done', 'the next turn of the event loop']);
    await apm.shutdown();
  });

  it('by a house that is not there: the rejection of a tool stays the only one', async () => {
    await receiver.close();
    const apm = initializeAPM({ url: receiver.url, ground: 'alone', retryDelay: 1, exitTimeout: 0 });
    await expect(instrumentMCPTool('book', () => Promise.reject(new Error('full')))()).rejects.toThrow('full');
    await apm.flush();
    expect(apm.stats().dropped.undelivered).toBeGreaterThanOrEqual(1);
    receiver = await OtlpReceiver.start();
  });
});
