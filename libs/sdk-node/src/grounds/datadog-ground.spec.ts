import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runApp } from '../../testing/run-app.ts';
import { type AgentSpan, TraceAgent } from '../../testing/trace-agent.ts';

/** The trace of the widget, and its span. */
const [widgetTrace, widgetSpan] = [0x0af7651916cd43dd8448eb211c80319cn, 0xb7ad6b7169203331n];
const low64 = (id: bigint) => id & 0xffffffffffffffffn;

describe('on dd-trace, in a process of its own', () => {
  let agent: TraceAgent;
  beforeEach(async () => {
    agent = await TraceAgent.start();
  });
  afterEach(() => agent.close());

  async function run(what: string): Promise<readonly AgentSpan[]> {
    const env = {
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'chatgpt-mcp-server',
      DD_ENV: 'staging',
      DD_VERSION: '1.4.2',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_RUNTIME_METRICS_ENABLED: 'false',
      DD_TRACE_STARTUP_LOGS: 'false',
    };
    const { code, output } = await runApp('datadog-app.ts', { args: [what], nodeArgs: ['--import', 'dd-trace/initialize.mjs'], env });
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(agent.faults).toEqual([]);
    return agent.spans;
  }

  const named = (name: string, resource = name) => agent.spans.filter((span) => span.name === name && span.resource === resource);

  it('a call is a span with the guide’s tags, in the trace of the widget, and the query is below it', async () => {
    await run('tool');
    const [call, ...others] = named('mcp.tool', 'search_classes');
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      service: 'chatgpt-mcp-server',
      type: 'mcp',
      error: 0,
      trace_id: low64(widgetTrace),
      parent_id: widgetSpan,
    });
    expect(call?.meta).toMatchObject({
      'mcp.tool.name': 'search_classes',
      'mcp.tool.params': '{"query":"yoga of [email]"}',
      'mcp.tool.status': 'success',
      'gen_ai.tool.name': 'search_classes',
      'mcp.method.name': 'tools/call',
      'span.kind': 'server',
      '_dd.p.tid': (widgetTrace >> 64n).toString(16).padStart(16, '0'),
      env: 'staging',
      version: '1.4.2',
    });
    expect(call?.metrics).toMatchObject({ 'mcp.tool.duration': expect.any(Number), 'mcp.tool.response_size': 67 });
    expect(named('SELECT')[0]).toMatchObject({ trace_id: call?.trace_id, parent_id: call?.span_id });
    expect(named('web.request')[0]?.meta).not.toHaveProperty('mcp.tool.name');
    expect(call?.meta['_dd.span_links']).toContain(named('web.request')[0]!.span_id.toString(16));

    const [failed] = named('mcp.tool', 'book');
    expect(failed).toMatchObject({
      error: 1,
      meta: { 'error.type': 'RangeError', 'error.message': 'none for [email]', 'mcp.tool.status': 'error' },
    });
    expect(failed?.meta['error.stack']).not.toContain('ada@');

    const byHand = agent.spans.filter(({ meta }) => meta['mcp.tool.name'] === 'full');
    expect(byHand.map(({ resource, error }) => ({ resource, error }))).toEqual([{ resource: 'by hand', error: 1 }]);
    expect(byHand[0]?.meta).toMatchObject({ 'error.type': 'tool_error', 'error.message': 'class is full' });
  });

  it('a call that dd-trace sees itself has one span with a tool, not two, and is in the trace of the widget', async () => {
    await run('server');
    const calls = agent.spans.filter(({ name, meta }) => name === 'mcp.server.tool.call' || meta['gen_ai.tool.name']);
    expect(
      calls.map(({ name, resource, error, meta }) => [name, resource, error, meta['gen_ai.tool.name'], meta['mcp.tool.status']]),
    ).toEqual([
      ['mcp.server.tool.call', 'search_classes', 0, 'search_classes', 'success'],
      ['mcp.server.tool.call', 'full', 1, 'full', 'error'],
    ]);
    const [request] = named('mcp.request', 'server_tool_call');
    expect(request).toMatchObject({ trace_id: low64(widgetTrace), parent_id: widgetSpan });
    expect(calls[0]).toMatchObject({ trace_id: low64(widgetTrace), parent_id: request?.span_id });
    expect(named('SELECT')[0]).toMatchObject({ trace_id: low64(widgetTrace), parent_id: calls[0]?.span_id });
  });

  it('a call to a low-level server is told on dd-trace’s span of the request', async () => {
    await run('low-level');
    const calls = agent.spans.filter(({ meta }) => meta['gen_ai.tool.name']);
    expect(calls.map(({ name, error, meta }) => [name, error, meta['mcp.tool.name'], meta['error.type']])).toEqual([
      ['mcp.request', 0, 'search_classes', undefined],
      ['mcp.request', 1, 'full', 'Error'],
    ]);
    expect(calls[0]).toMatchObject({ trace_id: low64(widgetTrace), parent_id: widgetSpan });
  });
});
