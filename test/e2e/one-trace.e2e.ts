/**
 * Packages of the MCP SDK offer their sources under the name by which this house offers its own.
 *
 * @jest-environment-options {"customExportConditions": ["node", "import", "default"]}
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { build } from 'esbuild';
import type { Browser, Frame, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { rawWidget } from '../../libs/sdk-browser/testing/widget-host.ts';
import { until, WidgetSite } from '../../libs/sdk-browser/testing/widget-site.ts';
import { StandaloneProcess } from './standalone-process.ts';

let [house, browser, site] = [undefined as unknown as StandaloneProcess, undefined as unknown as Browser, new WidgetSite()];
let [server, client] = [undefined as unknown as ChildProcess, undefined as unknown as Client];
const said: string[] = [];

beforeAll(async () => {
  [house, browser] = await Promise.all([StandaloneProcess.start(), launchChromium(), site.start()]);
  const args = ['--experimental-transform-types', '--no-warnings', join(import.meta.dirname, 'mcp-server-app.ts')];
  const env = { ...process.env, BEACONHOUSE_URL: house.http, OTEL_SERVICE_NAME: 'fitness-server' };
  server = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  server.stderr!.on('data', (piece) => said.push(String(piece)));
  const [address] = (await once(server.stdout!, 'data')) as [Buffer];
  client = new Client({ name: 'host', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(String(address).trim())) as never);
});
afterAll(async () => {
  await client.close();
  server.stdin!.end();
  await Promise.all([browser.close(), site.stop(), house.dispose()]);
});

/** A host of MCP Apps: what the widget calls goes to the server as it is, by the official client. */
const host = (widget: string) => `<link rel="icon" href="data:,"><body><script>
  const frame = document.createElement('iframe');
  frame.srcdoc = ${JSON.stringify(widget).replace(/<\//g, '<\\/')};
  const post = (message) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const initialized = {
    protocolVersion: '2026-01-26', hostInfo: { name: 'test', version: '1' }, hostCapabilities: { serverTools: {} },
    hostContext: { toolInfo: { id: 1, tool: { name: 'class-search', inputSchema: { type: 'object' } } } },
  };
  addEventListener('message', async ({ source, data: { id, method, params } }) => {
    if (source !== frame.contentWindow || id === undefined || !method) return;
    if (method === 'ui/initialize') post({ id, result: initialized });
    if (method === 'tools/call') post({ id, result: await callServer(params) });
  });
  document.body.append(frame);
</script></body>`;

async function openWidget(): Promise<Frame> {
  const page = await newPage();
  await page.exposeFunction('callServer', (params: never) => client.callTool(params));
  const sdk = site.sdk({ endpoint: `${house.http}/api/rum-metrics`, appId: 'fitness', flushInterval: 100 });
  await page.goto(site.page('/host', host(`<!doctype html>${sdk}${rawWidget}`)));
  const frame = page.frames()[1] as Frame;
  await frame.waitForLoadState();
  await frame.evaluate('start()');
  return frame;
}
async function newPage(): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`pageerror: ${error.message}`));
  return page;
}
async function stored(what: string, question: string): Promise<void> {
  await until(what, async () => Object.values((await house.askAsReader<Record<string, number>>(question))[0]!)[0] === 1, 30_000);
}

describe('a tool call from a widget to the database', () => {
  it('is one trace, with the widget as its root', async () => {
    const frame = await openWidget();
    expect(await frame.evaluate(`call('search_classes', { near: 'me' })`)).toMatchObject({ content: [{ text: '3 near me' }] });
    await stored('the spans have come', "SELECT count() > 0 FROM spans WHERE name = 'SELECT classes'");
    await stored('the metric has come', "SELECT count() > 0 FROM rum WHERE metric = 'mcp-tool-execution'");
    const [{ trace_id: traceId } = { trace_id: '' }] = await house.askAsReader<{ trace_id: string }>(
      "SELECT trace_id FROM rum WHERE metric = 'mcp-tool-execution' AND tool = 'search_classes'",
    );
    const trace = (await (await fetch(`${house.api}/api/traces/${traceId}`)).json()) as { spans: Record<string, unknown>[] };
    expect(trace.spans).toMatchObject([
      { source: 'browser', service: 'fitness', name: 'mcp-tool-execution', tool: 'search_classes', depth: 0, error: false },
      { source: 'server', service: 'fitness-server', name: 'tools/call search_classes', kind: 'server', tool: 'search_classes', depth: 1 },
      { source: 'server', name: 'SELECT classes', kind: 'client', depth: 2 },
    ]);
    const [widget, call, query] = trace.spans as { durationMs: number }[];
    expect(widget!.durationMs).toBeGreaterThanOrEqual(call!.durationMs);
    expect(call!.durationMs).toBeGreaterThanOrEqual(query!.durationMs);
  });

  it('counts an answer with isError as one that failed, on both sides', async () => {
    const frame = await openWidget();
    await frame.evaluate(`call('book_class', {})`);
    await stored('the span has come', "SELECT count() > 0 FROM spans WHERE tool = 'book_class'");
    await stored('the metric has come', "SELECT count() > 0 FROM rum WHERE metric = 'mcp-tool-error'");
    await house.whenLoaded();
    const { data } = (await (await fetch(`${house.api}/api/tools`)).json()) as {
      data: { tool: string; browser: object; server: object }[];
    };
    const failed = { count: 1, errorRate: 1 };
    expect(data.find(({ tool }) => tool === 'book_class')).toMatchObject({ browser: failed, server: failed });
    expect(data.find(({ tool }) => tool === 'search_classes')).toMatchObject({ browser: { errorRate: 0 }, server: { errorRate: 0 } });
  });
});

describe("a page with OpenTelemetry's browser SDK", () => {
  it('has its spans in the table, one below the other', async () => {
    const code = `
      import { context, SpanKind, trace } from '@opentelemetry/api';
      import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
      import { resourceFromAttributes } from '@opentelemetry/resources';
      import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
      const provider = new TracerProvider({
        resource: resourceFromAttributes({ 'service.name': 'shop-page', 'service.version': '2.0', 'deployment.environment.name': 'staging' }),
        spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: '${house.http}/v1/traces' }), scheduledDelayMillis: 200 })],
      });
      const tracer = provider.getTracer('page');
      window.work = async () => {
        const checkout = tracer.startSpan('checkout');
        const attributes = { 'http.request.method': 'GET' };
        const request = tracer.startSpan('GET', { kind: SpanKind.CLIENT, attributes }, trace.setSpan(context.active(), checkout));
        const { status } = await fetch('/api/classes?near=me');
        request.setAttribute('http.response.status_code', status);
        request.end();
        checkout.end();
      };`;
    const options = { bundle: true, write: false, format: 'iife', platform: 'browser', logLevel: 'error', tsconfigRaw: {} } as const;
    const { outputFiles } = await build({ ...options, stdin: { contents: code, resolveDir: import.meta.dirname } });
    site.pages.set('/otel.js', { html: outputFiles[0]!.text, headers: { 'content-type': 'text/javascript' } });
    site.pages.set('/api/classes', { html: '{}', headers: { 'content-type': 'application/json' } });
    const page = await newPage();
    await page.goto(site.page('/otel', '<link rel="icon" href="data:,"><script src="/otel.js"></script>'));
    await page.evaluate('work()');
    await stored('both spans have come', "SELECT count() >= 2 FROM spans WHERE service = 'shop-page'");
    const spans = await house.askAsReader<Record<string, unknown>>(
      "SELECT name, kind, env, release, http_status, duration_us > 0 AS took, source FROM spans WHERE service = 'shop-page' ORDER BY kind",
    );
    expect(spans).toMatchObject([
      { name: 'checkout', kind: 'internal', env: 'staging', release: '2.0', took: 1, source: 'otlp' },
      { name: 'GET', kind: 'client', http_status: 200, took: 1 },
    ]);
    const [{ below } = { below: 0 }] = await house.askAsReader<{ below: number }>(
      "SELECT countIf(parent_id IN (SELECT span_id FROM spans WHERE name = 'checkout')) AS below FROM spans WHERE service = 'shop-page'",
    );
    expect(Number(below)).toBe(1);
  });

  it('and nothing complains, in no page and no server', () => expect(said).toEqual([]));
});
