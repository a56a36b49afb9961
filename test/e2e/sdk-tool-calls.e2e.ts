import { describe, expect, it } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { metricSchema } from '#contracts';
import { sdkScenario } from '../../libs/sdk-browser/testing/sdk-scenario.ts';
import { hostPage, rawWidget } from '../../libs/sdk-browser/testing/widget-host.ts';
import { until } from '../../libs/sdk-browser/testing/widget-site.ts';

const scenario = sdkScenario();
const quick = { flushInterval: 100, retryDelay: 50 };

const toolMetrics = () => scenario.intake.metrics().filter(({ name }) => name.startsWith('mcp-tool'));
const byTool = () => Object.fromEntries(toolMetrics().map((metric) => [metric.widgetContext.toolName, metric]));

/** ChatGPT's bridge, as far as tools go. `broken` throws, `refused` answers isError. */
const openai = `{
  calls: [],
  async callTool(name, args) {
    this.calls.push([name, args]);
    if (name === 'broken') throw window.thrown = new TypeError('tool is broken');
    return { content: [{ type: 'text', text: 'é' }], ...(name === 'refused' && { isError: true }) };
  },
}`;

async function openWidget(head: string, sandbox?: string): Promise<{ page: Page; frame: Frame }> {
  const page = await scenario.open(scenario.site.page('/host', hostPage(`<!doctype html>${head}`, sandbox)));
  const frame = page.frames()[1] as Frame;
  await frame.waitForLoadState();
  return { page, frame };
}

describe('calls through window.openai', () => {
  const start = (config: object = {}) =>
    scenario.open(scenario.site.page('/', scenario.site.sdk({ endpoint: scenario.intake.endpoint, ...quick, ...config })));

  it('success, isError and a throw become one metric each, with sizes in bytes', async () => {
    const page = await start();
    await page.evaluate(`window.openai = ${openai}`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    await page.evaluate(`(async () => {
      await openai.callTool('search', { near: 'me' });
      await openai.callTool('refused', {});
      await openai.callTool('broken', {}).catch(() => {});
    })()`);
    await until('three calls have arrived', () => toolMetrics().length === 3);
    const { search, refused, broken } = byTool();
    expect(search).toMatchObject({ name: 'mcp-tool-execution', rating: 'good' });
    // {"content":[{"type":"text","text":"é"}]} is 40 characters and 41 bytes.
    expect(search?.widgetContext).toMatchObject({ responseBytes: 41, tokenCount: 11, renderTime: search?.value });
    expect(refused).toMatchObject({ name: 'mcp-tool-error', rating: 'poor', attributes: { failure: 'isError' } });
    expect(broken).toMatchObject({ name: 'mcp-tool-error', rating: 'poor', attributes: { failure: 'thrown' } });
    for (const metric of toolMetrics()) expect(metricSchema.safeParse(metric).error).toBeUndefined();
  });

  it('the error that was thrown is passed on, the very same', async () => {
    const page = await start();
    await page.evaluate(`window.openai = ${openai}`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    expect(await page.evaluate(`openai.callTool('broken').catch((error) => error === thrown)`)).toBe(true);
  });

  it('a rejection that the app does not handle is still reported as its own', async () => {
    const page = await start();
    await page.evaluate(`window.openai = ${openai}`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    await page.evaluate(`void openai.callTool('broken')`);
    await until('the page error is seen', () => scenario.console.includes('pageerror: tool is broken'));
  });

  it('performAction on top of callTool counts once', async () => {
    const page = await start();
    await page.evaluate(`window.openai = { ...${openai}, performAction({ name, params }) { return this.callTool(name, params); } }`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    await page.evaluate(`openai.performAction({ name: 'book', params: {} })`);
    await until('the call has arrived', () => toolMetrics().length > 0);
    await page.evaluate(`openai.callTool('search', {})`);
    await until('the next call has arrived', () => toolMetrics().some(({ widgetContext }) => widgetContext.toolName === 'search'));
    expect(toolMetrics().map(({ widgetContext }) => widgetContext.toolName)).toEqual(['book', 'search']);
  });

  it('a frozen bridge is measured through what instrumentBridge answers', async () => {
    const page = await start();
    await page.evaluate(`window.openai = Object.freeze(${openai})`);
    await page.evaluate(`beaconhouse.instrumentBridge(openai).callTool('search', {})`);
    await until('the call has arrived', () => byTool().search !== undefined);
    expect(await page.evaluate('openai.calls.length')).toBe(1);
  });

  it('a function the SDK cannot find is measured by wrapCallTool', async () => {
    const page = await start();
    expect(await page.evaluate(`beaconhouse.wrapCallTool(async (name, args) => name + args.x)('hidden', { x: 1 })`)).toBe('hidden1');
    await until('the call has arrived', () => byTool().hidden !== undefined);
  });

  it('the arguments of callTool stay as they are, unless told otherwise or they carry _meta already', async () => {
    const page = await start();
    await page.evaluate(`window.openai = ${openai}`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    await page.evaluate(`openai.callTool('search', { near: 'me' })`);
    await page.evaluate(`openai.callTool('traced', { _meta: { mine: 1 } })`);
    expect(await page.evaluate('openai.calls[0]')).toEqual(['search', { near: 'me' }]);
    await until('both calls have arrived', () => toolMetrics().length === 2);
    const { traceId, spanId } = byTool().traced ?? {};
    expect(await page.evaluate('openai.calls[1][1]')).toEqual({ _meta: { mine: 1, traceparent: `00-${traceId}-${spanId}-01` } });
  });

  it('traceContext "arguments" gives the server the trace in the arguments', async () => {
    const page = await start({ traceContext: 'arguments' });
    await page.evaluate(`window.openai = ${openai}`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    await page.evaluate(`openai.callTool('search', { near: 'me' })`);
    await until('the call has arrived', () => toolMetrics().length > 0);
    const { traceId, spanId } = byTool().search ?? {};
    expect(await page.evaluate('openai.calls[0][1]')).toEqual({ near: 'me', _meta: { traceparent: `00-${traceId}-${spanId}-01` } });
  });
});

describe.each([
  ['of the same origin', undefined],
  ['sandboxed without allow-same-origin', 'allow-scripts'],
])('calls through MCP Apps messages in a frame %s', (_, sandbox) => {
  const sdk = (config: object = {}) => scenario.site.sdk({ endpoint: scenario.intake.endpoint, ...quick, ...config });

  it('success, isError and a JSON-RPC error become one metric each, and the app gets its answers', async () => {
    const { frame } = await openWidget(sdk() + rawWidget, sandbox);
    await frame.evaluate('start()');
    expect(await frame.evaluate(`call('search', { near: 'me' })`)).toMatchObject({ structuredContent: { echo: { near: 'me' } } });
    expect(await frame.evaluate(`call('refused')`)).toMatchObject({ isError: true });
    expect(await frame.evaluate(`call('broken').catch((error) => error)`)).toEqual({ code: -32000, message: 'tool is broken' });
    await until('three calls have arrived', () => toolMetrics().length === 3);
    const { search, refused, broken } = byTool();
    expect(search).toMatchObject({ name: 'mcp-tool-execution', route: 'class-search' });
    expect(refused).toMatchObject({ name: 'mcp-tool-error', attributes: { failure: 'isError' } });
    expect(broken).toMatchObject({ name: 'mcp-tool-error', attributes: { failure: 'thrown' } });
  });

  it('params._meta carries the trace of the metric', async () => {
    const { page, frame } = await openWidget(sdk() + rawWidget, sandbox);
    await frame.evaluate(`start().then(() => call('search', {}))`);
    await until('the call has arrived', () => toolMetrics().length === 1);
    const { traceId, spanId } = byTool().search ?? {};
    expect(await page.evaluate(`posted.find(({ method }) => method === 'tools/call').params`)).toEqual({
      name: 'search',
      arguments: {},
      _meta: { traceparent: `00-${traceId}-${spanId}-01` },
    });
  });

  it('bootstrap and the wait for the first result are timed', async () => {
    const { frame } = await openWidget(sdk() + rawWidget, sandbox);
    await frame.evaluate('start()');
    await until('both timings have arrived', () => scenario.intake.metrics('widget-tool-wait').length === 1);
    expect(scenario.intake.metrics('widget-bootstrap')).toHaveLength(1);
    expect(await frame.evaluate('heard')).toContain('ui/notifications/tool-result');
  });

  it('the App class of ext-apps works and is measured', async () => {
    const app = `<script type="module">
      import { App } from '${scenario.site.origin}/ext-apps.js';
      const app = new App({ name: 'app', version: '1' }, {}, { autoResize: false });
      app.ontoolresult = (params) => { window.firstResult = params; };
      await app.connect();
      window.result = await app.callServerTool({ name: 'search', arguments: { near: 'me' } });
    </script>`;
    const { frame } = await openWidget(sdk() + app, sandbox);
    await frame.waitForFunction('window.result && window.firstResult');
    await until('the call has arrived', () => toolMetrics().length === 1);
    expect(scenario.console.filter((line) => line.startsWith('pageerror'))).toEqual([]);
  });

  it('an app that took the real parent before the SDK started hears everything', async () => {
    const early = `<script>
      const host = window.parent; window.heardEarly = [];
      addEventListener('message', (event) => { if (event.source === host) heardEarly.push(event.data.method ?? event.data.id); });
      const post = (message) => host.postMessage({ jsonrpc: '2.0', ...message }, '*');
    </script>`;
    const { frame } = await openWidget(early + sdk(), sandbox);
    await frame.evaluate(`post({ id: 7, method: 'ui/initialize', params: {} }); post({ method: 'ui/notifications/initialized' })`);
    await frame.waitForFunction('heardEarly.length === 2');
    expect(await frame.evaluate('heardEarly')).toEqual([7, 'ui/notifications/tool-result']);
  });

  it('the metrics gathered leave before the host may remove the frame, and an app that does not answer is answered for', async () => {
    const { page, frame } = await openWidget(sdk({ flushInterval: 60_000 }) + rawWidget, sandbox);
    await frame.evaluate(`start().then(() => call('search', {}))`);
    await until('the first flush has happened', () => scenario.intake.metrics('widget-tool-wait').length > 0);
    await frame.evaluate(`beaconhouse.trackMetric('cart', 3)`);
    await page.evaluate('teardown()');
    await page.waitForFunction(`posted.some(({ id }) => id === 'host-1')`);
    await until('the metric has arrived', () => scenario.intake.metrics('cart').length === 1);
    expect(await page.evaluate(`posted.filter(({ id }) => id === 'host-1')`)).toEqual([{ jsonrpc: '2.0', id: 'host-1', result: {} }]);
  });

  it('an app that answers a teardown itself is not answered for', async () => {
    const answer = `<script>addEventListener('message', ({ data }) => {
      if (data.method === 'ui/resource-teardown') window.parent.postMessage({ jsonrpc: '2.0', id: data.id, result: { mine: true } }, '*');
    })</script>`;
    const { page, frame } = await openWidget(sdk() + rawWidget + answer, sandbox);
    await frame.evaluate('start()');
    await page.evaluate('teardown()');
    await page.waitForFunction(`posted.some(({ id }) => id === 'host-1')`);
    // Longer than the SDK gives the app.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 400))');
    expect(await page.evaluate(`posted.filter(({ id }) => id === 'host-1')`)).toHaveLength(1);
  });
});

describe('the stand-in for the parent', () => {
  const sdk = () => scenario.site.sdk({ endpoint: scenario.intake.endpoint });

  it('of the same origin is as good as the parent', async () => {
    const { page, frame } = await openWidget(sdk());
    await page.evaluate(`document.title = 'Host'; class Host {}; window.Host = Host;`);
    expect(
      await frame.evaluate(`({
        title: parent.document.title, method: parent.getComputedStyle(parent.document.body).display,
        made: new parent.Host() instanceof parent.Host, array: parent.Array.isArray([]), embedded: parent !== window,
        frames: parent.frames.length, listened: typeof parent.addEventListener('x', () => {}), written: (parent.note = 1, parent.name = 'host', 'note' in parent),
      })`),
    ).toEqual({
      title: 'Host',
      method: 'block',
      made: true,
      array: true,
      embedded: true,
      frames: 1,
      listened: 'undefined',
      written: true,
    });
    expect(await page.evaluate('[note, name]')).toEqual([1, 'host']);
  });

  it('of another origin refuses what the parent refuses', async () => {
    const { frame } = await openWidget(sdk(), 'allow-scripts');
    expect(await frame.evaluate(`(() => { try { return parent.document; } catch (error) { return error.name; } })()`)).toBe(
      'SecurityError',
    );
    expect(await frame.evaluate('[parent.closed, parent.length, typeof parent.focus]')).toEqual([false, 1, 'function']);
  });

  it('once in use goes on after destroy, unmeasured', async () => {
    const { page, frame } = await openWidget(
      scenario.site.sdk({ endpoint: scenario.intake.endpoint, ...quick }) + rawWidget,
      'allow-scripts',
    );
    await frame.evaluate('window.host = window.parent; start()');
    await until('the widget has started', () => scenario.intake.metrics('widget-tool-wait').length === 1);
    await frame.evaluate(`addEventListener('message', ({ source }) => { window.same = source === host; }); beaconhouse.destroy()`);
    await page.evaluate(`post({ method: 'ui/notifications/host-context-changed', params: {} })`);
    await frame.waitForFunction('window.same === true');
    expect(await frame.evaluate(`call('search', {})`)).toMatchObject({ content: [{ text: 'é' }] });
    expect(await page.evaluate(`posted.filter(({ method }) => method === 'tools/call').at(-1).params`)).toEqual({
      name: 'search',
      arguments: {},
    });
    await frame.evaluate(`beaconhouse.initializeRUM({ endpoint: '${scenario.intake.endpoint}', flushInterval: 100 })`);
    expect(await frame.evaluate(`call('book', {})`)).toMatchObject({ content: [{ text: 'é' }] });
    await until('the call after the new start has arrived', () => byTool().book !== undefined);
    expect(byTool().search).toBeUndefined();
  });
});

describe('a page without a host', () => {
  it('that answers its own messages is measured too', async () => {
    const { site, intake, open } = scenario;
    const self = `<script>addEventListener('message', ({ data }) => {
      if (data.method === 'tools/call') postMessage({ jsonrpc: '2.0', id: data.id, result: { content: [] } }, '*');
    })</script>`;
    const page = await open(site.page('/', site.sdk({ endpoint: intake.endpoint, ...quick }) + self + rawWidget));
    await page.evaluate(`call('search', {})`);
    await until('the call has arrived', () => byTool().search !== undefined);
    expect(await page.evaluate('window.parent === window')).toBe(true);
  });
});
