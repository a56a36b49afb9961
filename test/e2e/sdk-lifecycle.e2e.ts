import { describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { metricSchema } from '#contracts';
import { sdkScenario } from '../../libs/sdk-browser/testing/sdk-scenario.ts';
import { hostPage } from '../../libs/sdk-browser/testing/widget-host.ts';
import { until } from '../../libs/sdk-browser/testing/widget-site.ts';

const scenario = sdkScenario();
const metrics = (name: string) => scenario.intake.metrics(name);

async function start(config: object = {}, before = '') {
  const { site, intake, open } = scenario;
  const sdk = site.sdk({ endpoint: intake.endpoint, flushInterval: 100, retryDelay: 50, ...config });
  return open(site.page('/shop/7', `${before}${sdk}<h1>Page</h1>`));
}

describe('what an app reports itself', () => {
  it('carries the user and the route of the moment', async () => {
    const page = await start({ userId: 'u1' });
    await page.evaluate(`beaconhouse.trackMetric('cart', 1)`);
    await page.evaluate(
      `beaconhouse.setUser('u2'); beaconhouse.setRoute('checkout'); beaconhouse.trackMetric('cart', 2, { rating: 'poor', attributes: { items: 3 } })`,
    );
    await until('both have arrived', () => metrics('cart').length === 2);
    expect(metrics('cart')[0]).toMatchObject({ userId: 'u1', url: `${scenario.site.origin}/shop/7` });
    expect(metrics('cart')[1]).toMatchObject({ userId: 'u2', route: 'checkout', rating: 'poor', attributes: { items: 3 } });
    for (const metric of metrics('cart')) expect(metricSchema.safeParse(metric).error).toBeUndefined();
  });

  it('never throws, whatever it is', async () => {
    const page = await start();
    const thrown = await page.evaluate(`(() => {
      const circle = {}; circle.circle = circle;
      try {
        beaconhouse.trackMetric('circle', 1, { attributes: { circle } });
        for (const odd of [undefined, null, 0, '', circle, Symbol('s'), { message: circle }, Object.create(null)]) beaconhouse.trackError(odd);
      } catch (error) { return String(error); }
    })()`);
    expect(thrown).toBeUndefined();
    expect(scenario.console.filter((line) => line.startsWith('pageerror'))).toEqual([]);
  });

  it('a module reports as the script does', async () => {
    const { site, intake, open } = scenario;
    await open(
      site.page(
        '/',
        `<script type="module">
          import { initializeRUM } from '${site.origin}/beaconhouse.js';
          initializeRUM({ endpoint: '${intake.endpoint}', flushInterval: 100 }).trackMetric('cart', 1);
        </script>`,
      ),
    );
    await until('it has arrived', () => metrics('cart').length === 1);
  });
});

describe('errors', () => {
  const later = (code: string) => `setTimeout(() => { ${code} })`;

  it('uncaught, rejected and reported ones arrive, each marked', async () => {
    const page = await start();
    await page.evaluate(later(`throw new RangeError('uncaught at https://shop.example/a?token=secret')`));
    await page.evaluate(`void Promise.reject(new TypeError('rejected'))`);
    await page.evaluate(`beaconhouse.trackError(new Error('reported'), { step: 'pay' })`);
    await until('all have arrived', () => metrics('js-error').length === 3);
    const byType = Object.fromEntries(metrics('js-error').map((metric) => [metric.attributes.type, metric]));
    expect(byType.RangeError).toMatchObject({
      value: 1,
      attributes: { message: 'uncaught at https://shop.example/a', handled: false, count: 1 },
    });
    expect(byType.TypeError?.attributes).toMatchObject({ message: 'rejected', handled: false });
    expect(byType.Error?.attributes).toMatchObject({ message: 'reported', step: 'pay' });
    expect(JSON.stringify(metrics('js-error'))).not.toContain('secret');
    for (const metric of metrics('js-error')) expect(metricSchema.safeParse(metric).error).toBeUndefined();
  });

  it('one that repeats is sent once with its count', async () => {
    const page = await start({ flushInterval: 500 });
    await page.evaluate(`const oops = () => beaconhouse.trackError(new Error('again')); for (let i = 0; i < 40; i++) oops()`);
    await until('it has arrived', () => metrics('js-error').length > 0);
    expect(metrics('js-error').map(({ attributes }) => attributes.count)).toEqual([40]);
  });

  it('a storm of different ones is cut off and the rest counted', async () => {
    const page = await start();
    // In one go: a vital that came between would carry the number of what was dropped.
    await page.evaluate(
      `for (let i = 0; i < 300; i++) beaconhouse.trackError(new Error('storm ' + i)); beaconhouse.trackMetric('after', 1)`,
    );
    await until('what came after has arrived', () => metrics('after').length === 1);
    expect(metrics('js-error')).toHaveLength(10);
    expect(metrics('after')[0]?.attributes.dropped).toBe(290);
  });
});

describe('what the browser measures', () => {
  it('measures named widget-render become render times', async () => {
    const page = await start();
    await page.evaluate(`
      performance.mark('a');
      new Promise((resolve) => setTimeout(resolve, 60)).then(() => {
        performance.measure('widget-render-list', 'a');
        performance.measure('another', 'a');
      })`);
    await until('it has arrived', () => metrics('widget-render-time').length > 0);
    const [render] = metrics('widget-render-time');
    expect(render).toMatchObject({
      rating: 'good',
      attributes: { measure: 'widget-render-list' },
      widgetContext: { renderTime: render?.value },
    });
    expect(render?.value).toBeGreaterThanOrEqual(59);
  });

  it('long tasks arrive, unless switched off', async () => {
    const page = await start();
    const work = `setTimeout(() => { const end = performance.now() + 120; while (performance.now() < end); })`;
    await page.evaluate(work);
    await until('it has arrived', () => metrics('long-task').some(({ value }) => value >= 119));
    await page.close();
    scenario.intake.beacons.length = 0;
    const quiet = await start({ longTasks: false });
    await quiet.evaluate(work);
    await quiet.evaluate(`new Promise((resolve) => setTimeout(resolve, 300)).then(() => beaconhouse.trackMetric('after', 1))`);
    await until('what came after has arrived', () => metrics('after').length === 1);
    expect(metrics('long-task')).toEqual([]);
  });

  it('vitals belong to the address that was loaded, other metrics to the one of the moment', async () => {
    const page = await start({ flushInterval: 60_000 });
    await page.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length`);
    await page.evaluate(`history.pushState({}, '', '/shop/8?token=secret#top'); beaconhouse.trackMetric('cart', 1)`);
    await page.close({ runBeforeUnload: true });
    await until('all has arrived', () => metrics('CLS').length === 1 && metrics('cart').length === 1);
    expect(metrics('CLS')[0]?.url).toBe(`${scenario.site.origin}/shop/7`);
    expect(metrics('cart')[0]?.url).toBe(`${scenario.site.origin}/shop/8`);
  });

  it('softNavigations reports vitals for each page the browser navigates to softly', async () => {
    const page = await start({ softNavigations: true });
    await page.evaluate(`document.body.innerHTML = '<button>Next</button><main></main>';
      document.querySelector('button').addEventListener('click', () => {
        document.querySelector('main').innerHTML = '<h2 style="font-size: 90px">The next page with a long title</h2>';
        history.pushState({}, '', '/shop/9');
      })`);
    await page.click('button');
    await page.waitForFunction(
      `new Promise((resolve) => new PerformanceObserver(() => resolve(true)).observe({ type: 'soft-navigation', buffered: true }))`,
    );
    await page.close({ runBeforeUnload: true });
    await until('LCP of the next page has arrived', () =>
      metrics('LCP').some(({ navigationType }) => navigationType === 'soft-navigation'),
    );
    const [landing, next] = metrics('LCP').sort((a, b) => a.timestamp - b.timestamp);
    expect(landing?.url).toBe(`${scenario.site.origin}/shop/7`);
    expect(next?.url).toBe(`${scenario.site.origin}/shop/9`);
  });
});

describe('a person who asked not to be tracked', () => {
  const signal = `<script>Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })</script>`;

  it('sends values without session and user, marks the beacon and keeps nothing', async () => {
    const page = await start({ userId: 'u1', sessionId: 's1' }, signal);
    await page.evaluate(`beaconhouse.setUser('u2'); beaconhouse.trackMetric('cart', 1)`);
    await until('it has arrived', () => metrics('cart').length === 1);
    expect(metrics('cart')[0]).not.toHaveProperty('userId');
    expect(metrics('cart')[0]).not.toHaveProperty('sessionId');
    expect(scenario.intake.beacons.every(({ body }) => body.privacy === true)).toBe(true);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it.each([
    ['"silent" sends nothing', { honourPrivacy: 'silent' }, []],
    ['false sends as ever', { honourPrivacy: false, sessionId: 's1' }, ['s1']],
  ])('%s', async (_, config, sessions) => {
    const page = await start(config, signal);
    await page.evaluate(`beaconhouse.trackMetric('cart', 1)`);
    await page.close({ runBeforeUnload: true });
    const control = await start();
    await control.evaluate(`beaconhouse.trackMetric('control', 1)`);
    await until('the control has arrived', () => metrics('control').length === 1);
    expect(metrics('cart').map(({ sessionId }) => sessionId)).toStrictEqual(sessions);
  });
});

describe('sampling', () => {
  it('a session that is not sampled sends nothing, on its next page neither', async () => {
    const page = await start({ sampleRate: 0 });
    await page.evaluate(`beaconhouse.trackMetric('cart', 1)`);
    // The same address now asks for every session; a new tab is one, the old tab still is none.
    const control = await start({ sampleRate: 1 });
    await page.reload();
    await page.evaluate(`beaconhouse.trackMetric('cart', 2)`);
    await page.close({ runBeforeUnload: true });
    await control.evaluate(`beaconhouse.trackMetric('control', 1)`);
    await until('the control has arrived', () => metrics('control').length === 1);
    expect(metrics('cart')).toEqual([]);
  });
});

describe('a frame where nothing is allowed', () => {
  it('works without storage, crypto, sendBeacon, observers and performance, and says nothing', async () => {
    const { site, intake, open } = scenario;
    const poor = `<script>
      for (const name of ['crypto', 'PerformanceObserver', 'performance', 'openai', 'sessionStorage'])
        Object.defineProperty(window, name, { configurable: true, get() { throw new Error('no ' + name); } });
      delete Navigator.prototype.sendBeacon;
      Object.defineProperty(navigator, 'connection', { value: undefined });
    </script>`;
    const use = `<script>
      beaconhouse.trackMetric('cart', 1);
      beaconhouse.trackError(new Error('x'));
      beaconhouse.wrapCallTool(async (name) => name)('search').then((result) => { beaconhouse.destroy(); parent.postMessage({ result }, '*'); });
    </script>`;
    const sdk = site.sdk({ endpoint: intake.endpoint });
    const page = await open(site.page('/host', hostPage(`<!doctype html>${poor}${sdk}${use}`, 'allow-scripts')));
    await page.waitForFunction(`posted.some(({ result }) => result === 'search')`);
    await until('both have arrived', () => metrics('cart').length === 1 && metrics('js-error').length === 1);
    expect(scenario.console.filter((line) => !line.includes('404'))).toEqual([]);
  });

  it('an opaque origin reports, with one session for the document', async () => {
    const { site, intake, open } = scenario;
    const widget = `<!doctype html>${site.sdk({ endpoint: intake.endpoint, flushInterval: 100, enableDebug: false })}<h1>Widget</h1>`;
    const page = await open(site.page('/host', hostPage(widget, 'allow-scripts')));
    await (page.frames()[1] as Frame).evaluate(`beaconhouse.trackMetric('cart', 1)`);
    await until('the first has arrived', () => metrics('cart').length === 1);
    await (page.frames()[1] as Frame).evaluate(`beaconhouse.trackMetric('cart', 2)`);
    await until('the second has arrived', () => metrics('cart').length === 2);
    expect(new Set(metrics('cart').map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(metrics('cart')[0]).not.toHaveProperty('url');
    expect(intake.beacons[0]?.origin).toBe('null');
    expect(scenario.console.filter((line) => line.includes('beaconhouse'))).toEqual([]);
  });
});

describe('destroy', () => {
  const ownState = `(() => {
    const bridge = window.openai;
    const names = ['pushState', 'replaceState'];
    return {
      callTool: bridge.callTool === window.originalCallTool,
      parent: window.parent === window.originalParent && String(Object.getOwnPropertyDescriptor(window, 'parent').get),
      source: String(Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'source').get),
      history: names.every((name) => history[name] === History.prototype[name]),
      fetch: String(fetch), post: String(window.postMessage), beacon: String(navigator.sendBeacon),
    };
  })()`;
  const app = `<script>
    window.originalParent = window.parent;
    window.originalCallTool = async () => ({ content: [] });
    window.openai = { callTool: originalCallTool };
  </script>`;

  it('puts everything back and stops reporting; what waited leaves', async () => {
    const { site, intake, open } = scenario;
    const widget = `<!doctype html>${app}<script>window.before = ${ownState}</script>${site.sdk({ endpoint: intake.endpoint })}`;
    const page = await open(site.page('/host', hostPage(widget, 'allow-scripts')));
    const frame = page.frames()[1] as Frame;
    await frame.waitForLoadState();
    expect(await frame.evaluate('openai.callTool === originalCallTool || window.parent === originalParent')).toBe(false);
    await frame.evaluate(`beaconhouse.trackMetric('cart', 1); beaconhouse.destroy(); beaconhouse.trackMetric('cart', 2)`);
    expect(await frame.evaluate(ownState)).toEqual(await frame.evaluate('before'));
    await frame.evaluate(`openai.callTool('search')`);
    await until('what waited has arrived', () => metrics('cart').length === 1);
    await page.close({ runBeforeUnload: true });
    await until('the page has closed', () => page.isClosed());
    expect(
      intake
        .metrics()
        .map(({ name }) => name)
        .filter((name) => /mcp|CLS/.test(name)),
    ).toEqual([]);
  });

  it('a second start replaces the first, and vitals go on', async () => {
    const page = await start({ appId: 'first', flushInterval: 60_000 });
    await page.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length`);
    await page.evaluate(`beaconhouse.initializeRUM({ endpoint: '${scenario.intake.endpoint}', appId: 'second' })`);
    await page.close({ runBeforeUnload: true });
    await until('CLS has arrived', () => metrics('CLS').length > 0);
    expect(metrics('CLS').map(({ appId }) => appId)).toEqual(['second']);
  });
});

describe('cost', () => {
  it('the SDK makes no long task, even with 5,000 metrics and a large tool result', async () => {
    const page = await start({ flushInterval: 60_000 });
    await page.evaluate(`window.long = []; new PerformanceObserver((list) => long.push(...list.getEntries())).observe({ type: 'longtask' });
      window.result = { content: [{ type: 'text', text: 'x'.repeat(500_000) }] };
      window.openai = { callTool: async () => result };`);
    await page.waitForFunction('openai.callTool.toString().includes("apply")');
    const useIt = () =>
      page.evaluate<number>(`(async () => {
        long.length = 0;
        for (let i = 0; i < 50; i++) {
          for (let j = 0; j < 20; j++) beaconhouse.trackMetric('cart', j);
          await openai.callTool('search', {});
          await new Promise((resolve) => setTimeout(resolve));
        }
        return long.length;
      })()`);
    // A browser that has to wait for a processor has long tasks whatever it runs; one that need not shows the SDK's own.
    const counts = [await useIt()];
    while (counts.at(-1)! > 0 && counts.length < 5) counts.push(await useIt());
    expect(Math.min(...counts)).toBe(0);
  });
});
