import { describe, expect, it } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { beaconSchema } from '#contracts';
import type { Recorded } from '../../libs/sdk-browser/testing/recording-intake.ts';
import { sdkScenario } from '../../libs/sdk-browser/testing/sdk-scenario.ts';
import { hostPage, rawWidget } from '../../libs/sdk-browser/testing/widget-host.ts';
import { until } from '../../libs/sdk-browser/testing/widget-site.ts';

const scenario = sdkScenario();
/** Vitals and errors of the page itself would mix with what a test counts. */
const only = { attribution: false, longTasks: false, errors: false };

async function start(config: object = {}, path = '/', headers: Record<string, string> = {}) {
  const { site, intake, open } = scenario;
  const sdk = site.sdk({ endpoint: intake.endpoint, retryDelay: 50, ...only, ...config });
  return open(site.page(path, `${sdk}<h1>Page</h1>`, headers));
}
const track = (name: string, count: number) => `for (let i = 0; i < ${count}; i++) beaconhouse.trackMetric('${name}', i)`;
const values = (name: string) => scenario.intake.metrics(name).map(({ value }) => value as number);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a batch', () => {
  it('leaves at ten metrics, as text without cookies, and is a valid beacon', async () => {
    const { intake, context } = scenario;
    await context.addCookies([{ name: 'secret', value: '1', url: intake.origin }]);
    const page = await start({ key: 'pk_1', sampleRate: 1 });
    // From the intake's own site, where the browser would send the cookie along if it were asked to.
    await page.goto(page.url().replace('localhost', '127.0.0.1'));
    intake.beacons.length = 0;
    await page.evaluate(track('cart', 10));
    await until('a batch has arrived', () => values('cart').length > 0);
    const [beacon] = intake.beacons;
    expect(beacon).toMatchObject({ path: '/api/rum-metrics?key=pk_1', contentType: 'text/plain;charset=UTF-8', cookie: undefined });
    expect(beaconSchema.safeParse(beacon?.body).error).toBeUndefined();
    expect(beacon?.body).toMatchObject({ sampleRate: 1, privacy: false });
    expect(beacon?.body.metrics).toHaveLength(10);
  });

  it('leaves after the interval, however small', async () => {
    const page = await start({ flushInterval: 100 });
    await page.evaluate(track('cart', 1));
    await until('it has arrived', () => values('cart').length === 1);
  });

  it('never exceeds 48 KiB', async () => {
    const page = await start({ flushCount: 100 });
    await page.evaluate(`for (let i = 0; i < 60; i++) beaconhouse.trackMetric('big', i, { attributes: { text: 'é'.repeat(1500) } })`);
    await page.close({ runBeforeUnload: true });
    await until('something has arrived', () => scenario.intake.beacons.length > 0);
    for (const { bytes } of scenario.intake.beacons) expect(bytes).toBeLessThanOrEqual(48 * 1024);
  });

  it('numbers go on from page to page of a tab, and so does the session', async () => {
    const page = await start({ flushCount: 1 });
    await page.evaluate(track('first', 1));
    await until('the first has arrived', () => values('first').length === 1);
    await page.reload();
    await page.evaluate(track('second', 1));
    await until('the second has arrived', () => values('second').length === 1);
    // A beacon whose answer the reload cut off comes again, under its id and number.
    const bodies = [...new Map(scenario.intake.beacons.map(({ body }) => [body.beaconId, body])).values()];
    expect(new Set(bodies.flatMap(({ metrics }) => metrics.map(({ sessionId }: { sessionId: string }) => sessionId))).size).toBe(1);
    expect(bodies.map(({ seq }) => seq)).toEqual(upTo(bodies.length));
  });
});

describe('a page that goes', () => {
  it('sends what waits when its tab is closed', async () => {
    const page = await start();
    await page.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length`);
    await page.evaluate(track('cart', 3));
    await page.close({ runBeforeUnload: true });
    await until('all has arrived', () => values('cart').length === 3 && scenario.intake.metrics('CLS').length === 1);
  });

  it('sends what waits when it navigates', async () => {
    const page = await start();
    await page.evaluate(track('cart', 3));
    await page.goto('about:blank');
    await until('all has arrived', () => values('cart').length === 3);
  });

  it('sends what waits when it is hidden, and once', async () => {
    const page = await start();
    await page.evaluate(track('cart', 3));
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);
    await until('all has arrived', () => values('cart').length === 3);
    await page.close({ runBeforeUnload: true });
    await until('the page has closed', () => page.isClosed());
    expect(values('cart')).toEqual([0, 1, 2]);
  });

  it('hands over what waits to sendBeacon at pagehide', async () => {
    const page = await start();
    await page.evaluate(
      `window.beacons = []; navigator.sendBeacon = function (...args) { beacons.push(args[0]); return Navigator.prototype.sendBeacon.apply(this, args); };`,
    );
    await page.evaluate(track('cart', 3));
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide'))`);
    await until('all has arrived', () => values('cart').length === 3);
    expect(await page.evaluate('beacons')).toEqual([scenario.intake.endpoint]);
  });

  it.each([
    ['of the same origin', undefined],
    ['sandboxed without allow-same-origin', 'allow-scripts'],
  ])('sends what waits when its frame %s is removed, CLS included', async (_, sandbox) => {
    const { site, intake, open } = scenario;
    const widget = `<!doctype html>${site.sdk({ endpoint: intake.endpoint, ...only })}<h1>Widget</h1>`;
    const page = await open(site.page('/host', hostPage(widget, sandbox)));
    const frame = page.frames()[1] as Frame;
    await frame.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length`);
    await frame.evaluate(track('cart', 3));
    await page.evaluate('frame.remove()');
    await until('all has arrived', () => values('cart').length === 3 && intake.metrics('CLS').length === 1);
    expect(intake.beacons[0]?.origin).toBe(sandbox ? 'null' : site.origin);
  });
});

describe('a server in trouble', () => {
  it('down and back: nothing is lost, nothing is stored twice, clocks are fresh', async () => {
    const { intake } = scenario;
    const page = await start({ flushInterval: 200 });
    await page.evaluate(track('before', 10));
    await until('it works', () => values('before').length === 10);
    await intake.down();
    await page.evaluate(track('during', 250));
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 2000))');
    expect(values('during')).toEqual([]);
    const back = Date.now();
    await intake.up();
    await until('everything has arrived', () => values('during').length === 250);
    expect(values('during').sort((a, b) => a - b)).toEqual(upTo(250));
    const late = intake.beacons.filter(({ at }) => at >= back);
    for (const { body } of late) expect(body.timestamp).toBeGreaterThanOrEqual(back);
    const seqs = intake.beacons.map(({ body }) => body.seq as number).sort((a, b) => a - b);
    expect(seqs).toEqual(upTo(seqs.length));
  });

  it('503 then 204: the same beacon comes again under its id with a new timestamp', async () => {
    const { intake } = scenario;
    intake.answer = () => ({ status: intake.beacons.length < 2 ? 503 : 204 });
    const page = await start();
    await page.evaluate(track('cart', 10));
    await until('it has arrived', () => values('cart').length === 10);
    const [first, second, third] = intake.beacons.map(({ body }) => body);
    expect(second?.beaconId).toBe(first?.beaconId);
    expect(third?.beaconId).toBe(first?.beaconId);
    expect(third?.metrics).toEqual(first?.metrics);
    expect(third?.timestamp).toBeGreaterThan(first?.timestamp);
  });

  it('429 with Retry-After: nothing is sent before it is over, then everything', async () => {
    const { intake } = scenario;
    intake.answer = () => (intake.beacons.length ? { status: 204 } : { status: 429, headers: { 'retry-after': '2' } });
    const page = await start({ flushInterval: 50 });
    await page.evaluate(track('cart', 25));
    await until('everything has arrived', () => values('cart').length === 25);
    const [refused, next] = intake.beacons;
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1990);
  });

  const isBad = ({ name }: Recorded) => name === 'bad';

  it('4xx: the batch is given up, counted, and a later metric says so', async () => {
    const { intake } = scenario;
    intake.answer = () => ({ status: 400 });
    const page = await start({ flushInterval: 100 });
    await page.evaluate(track('bad', 10));
    await until('it was refused', () => intake.beacons.flatMap(({ body }) => body.metrics).filter(isBad).length === 10);
    intake.answer = () => ({ status: 204 });
    const refused = () => intake.beacons.filter(({ status }) => status === 400).flatMap(({ body }) => body.metrics).length;
    await until('a later metric tells the loss', async () => {
      await page.evaluate(track('good', 1));
      return intake.metrics('good').some(({ attributes }) => attributes?.dropped === refused());
    });
    expect(intake.beacons.flatMap(({ body }) => body.metrics).filter(isBad)).toHaveLength(10);
  });

  it('down for ever: memory is bounded, the newest stay, the loss is counted', async () => {
    const { intake } = scenario;
    await intake.down();
    const page = await start({ flushInterval: 60_000, retryDelay: 1_000 });
    await page.evaluate(track('cart', 3_000));
    await intake.up();
    await until('the newest has arrived', () => values('cart').includes(2_999));
    await until('all that was held has arrived', () => values('cart').length >= 1_500);
    expect(values('cart').length).toBeLessThanOrEqual(1_700);
    await page.evaluate(track('later', 10));
    await until('a later one has arrived', () => values('later').length === 10);
    const dropped = Math.max(...intake.metrics().map(({ attributes }) => Number(attributes?.dropped ?? 0)));
    expect(dropped + values('cart').length).toBeGreaterThanOrEqual(3_000);
  });
});

describe('other ways out', () => {
  it('an endpoint that is never reached gives way to the path on the own server', async () => {
    const { intake } = scenario;
    const page = await start({ endpoint: 'http://127.0.0.1:9/api/rum-metrics', fallbackEndpoint: `${intake.origin}/relay` });
    await page.evaluate(track('cart', 10));
    await until('it has arrived', () => values('cart').length === 10);
    expect(intake.beacons.at(-1)?.path).toBe('/relay');
  });

  it.each([
    [
      'window.openai',
      `window.openai = { relayed: [], async callTool(name, beacon) { this.relayed.push([name, beacon]); return { content: [] }; } };`,
    ],
    ['MCP Apps messages', ''],
  ])('beacons blocked by the CSP go through an app-only tool over %s, with one warning that says what to add', async (_, bridge) => {
    const { site, intake, open } = scenario;
    const csp = `<meta http-equiv="content-security-policy" content="connect-src 'none'">`;
    const sdk = site.sdk({ endpoint: intake.endpoint, relayTool: 'relay_rum', flushInterval: 100, ...only });
    const page = await open(
      site.page('/host', hostPage(`<!doctype html>${csp}<script>${bridge}</script>${sdk}${rawWidget}`, 'allow-scripts')),
    );
    const frame = page.frames()[1] as Frame;
    await frame.waitForLoadState();
    await frame.evaluate('start()');
    await frame.evaluate(track('cart', 12));
    const relayed = async () =>
      (bridge
        ? await frame.evaluate(`openai.relayed.map(([name, beacon]) => ({ name, arguments: beacon }))`)
        : await page.evaluate(`posted.filter(({ method }) => method === 'tools/call').map(({ params }) => params)`)) as {
        name: string;
        arguments: { metrics: { name: string; value: number }[] };
      }[];
    const carts = async () => (await relayed()).flatMap((call) => call.arguments.metrics).filter(({ name }) => name === 'cart');
    await until('everything was relayed', async () => (await carts()).length === 12);
    for (const call of await relayed()) {
      expect(call.name).toBe('relay_rum');
      expect(beaconSchema.safeParse(call.arguments).error).toBeUndefined();
      expect(call.arguments.metrics.some(({ name }) => name.startsWith('mcp-tool'))).toBe(false);
    }
    const warnings = scenario.console.filter((line) => line.includes('[beaconhouse]'));
    expect(warnings).toEqual([`warning: [beaconhouse] CSP blocks beacons, add: connectDomains: ["${intake.origin}"]`]);
    if (!bridge) expect(await frame.evaluate('heard.filter((id) => typeof id === "string" && !id.startsWith("ui/"))')).toEqual([]);
    expect(intake.beacons).toEqual([]);
  });
});
