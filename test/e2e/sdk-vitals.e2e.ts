import { describe, expect, it } from '@jest/globals';
import { metricSchema } from '#contracts';
import type { Recorded } from '../../libs/sdk-browser/testing/recording-intake.ts';
import { sdkScenario } from '../../libs/sdk-browser/testing/sdk-scenario.ts';
import { until } from '../../libs/sdk-browser/testing/widget-site.ts';

const scenario = sdkScenario();

/** A heading to paint, a button that works for 150 ms and then moves the page. */
const busyPage = `
  <main id="shop" style="padding: 10px"><h1 style="font-size:80px">Classes near you</h1><button class="go big">Search</button></main>
  <script>
    function work(ms) { const end = performance.now() + ms; while (performance.now() < end); }
    document.querySelector('.go').addEventListener('click', function search() {
      work(150);
      setTimeout(() => { const banner = document.createElement('div'); banner.className = 'banner'; banner.style.height = '300px'; document.querySelector('#shop').prepend(banner); }, 700);
    });
  </script>`;

async function visit(config: object) {
  const { site, intake, open } = scenario;
  const page = await open(site.page('/shop', site.sdk({ endpoint: intake.endpoint, ...config }) + busyPage));
  await page.waitForLoadState('load');
  await page.click('.go');
  // The shift happens 700 ms after the click and must not count as caused by it.
  await page.waitForFunction('document.querySelector(".banner")');
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 300)))');
  await page.close({ runBeforeUnload: true });
  await until('CLS has arrived', () => intake.metrics('CLS').length > 0);
  return Object.fromEntries(intake.metrics().map((metric) => [metric.name, metric])) as Record<
    'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB',
    Recorded
  >;
}

describe('vitals of a page that is used and closed', () => {
  it('all five arrive, each valid by the contract and as a first report', async () => {
    const metrics = await visit({ appId: 'shop', environment: 'staging', release: '7', userId: 'u1' });
    for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const) {
      expect(metrics[name]).toMatchObject({
        appId: 'shop',
        environment: 'staging',
        release: '7',
        userId: 'u1',
        navigationType: 'navigate',
      });
      expect(metrics[name].delta).toBe(metrics[name].value);
      expect(metricSchema.safeParse(metrics[name]).error).toBeUndefined();
    }
    expect(metrics.INP.value).toBeGreaterThanOrEqual(150);
    expect(metrics.INP.url).toBe(`${scenario.site.origin}/shop`);
    expect(new Set(Object.values(metrics).map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('INP names its element, its parts and the script that held it up', async () => {
    const { INP } = await visit({});
    const { interactionTarget, interactionType, inputDelay, processingDuration, presentationDelay, ...script } = INP.attribution;
    expect([interactionTarget, interactionType]).toEqual(['#shop>button.go.big', 'pointer']);
    expect(processingDuration).toBeGreaterThanOrEqual(150);
    expect(inputDelay + processingDuration + presentationDelay).toBeCloseTo(INP.value, 1);
    expect(script['longestScript.subpart']).toBe('processing-duration');
    expect(script['longestScript.invoker']).toBe('BUTTON.onclick');
    expect(script['longestScript.intersectingDuration']).toBeGreaterThanOrEqual(140);
  });

  it('LCP names its element and four parts that add up', async () => {
    const { LCP } = await visit({});
    const { target, timeToFirstByte, resourceLoadDelay, resourceLoadDuration, elementRenderDelay } = LCP.attribution;
    expect(target).toBe('#shop>h1');
    expect(timeToFirstByte + resourceLoadDelay + resourceLoadDuration + elementRenderDelay).toBeCloseTo(LCP.value, 1);
  });

  it('CLS names the element that moved', async () => {
    const { CLS } = await visit({});
    expect(CLS.value).toBeGreaterThan(0);
    expect(CLS.attribution.largestShiftTarget).toBe('#shop>h1');
  });

  it('TTFB is split into its phases', async () => {
    const { TTFB } = await visit({});
    const { waitingDuration, cacheDuration, dnsDuration, connectionDuration, requestDuration } = TTFB.attribution;
    expect(waitingDuration + cacheDuration + dnsDuration + connectionDuration + requestDuration).toBeCloseTo(TTFB.value, 1);
  });

  it('without attribution the values are the same and nothing explains them', async () => {
    const metrics = await visit({ attribution: false });
    expect(metrics.INP.value).toBeGreaterThanOrEqual(150);
    expect(Object.values(metrics).some((metric) => metric.attribution)).toBe(false);
  });
});
