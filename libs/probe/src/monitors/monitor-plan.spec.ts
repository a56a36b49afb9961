import { describe, expect, it } from '@jest/globals';
import { monitorSchema } from '#contracts';
import type { Monitor } from './monitor.ts';
import { type PlanParts, planOf, visitLimitMs } from './monitor-plan.ts';

const monitor = (changes: object = {}): Monitor => ({
  ...monitorSchema.parse({ id: 'checkout', url: 'https://shop.example/checkout', ...changes }),
  project: 'shop',
  source: 'file',
});
const parts: PlanParts = {
  browser: { path: '/usr/bin/chromium', args: [], sandbox: true },
  allowedHosts: ['*.internal'],
  secret: (name) => ({ TOKEN: 'hush', ID: '7' })[name],
  folder: '/etc/beaconhouse',
};

describe('the plan of a monitor', () => {
  it('leaves to Lighthouse what the monitor does not say', () => {
    expect(planOf(monitor(), parts)).toEqual({
      ...{ url: 'https://shop.example/checkout', settings: { formFactor: 'mobile' }, limitMs: 90_000 },
      ...{ browser: parts.browser, allowedHosts: ['*.internal'] },
    });
  });

  it('has the secrets that headers and cookies name', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a secret is named.
    const { settings } = planOf(monitor({ headers: { authorization: 'Bearer ${TOKEN}.${ID}' }, cookies: { sid: '${ID}' } }), parts);
    expect(settings).toMatchObject({ extraHeaders: { authorization: 'Bearer hush.7' }, cookies: [{ name: 'sid', value: '7' }] });
  });

  it('is refused where a secret is missing, with the variable that would hold it', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a secret is named.
    expect(() => planOf(monitor({ headers: { a: '${OTHER}' } }), parts)).toThrow(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a secret is named.
      'monitor checkout names ${OTHER}: BEACONHOUSE_MONITOR_OTHER is not set',
    );
  });

  it('finds scripts beside the file that names them, and gives a flow twice the time', () => {
    const flowing = monitor({ flow: 'flows/book.cjs', setup: '/opt/sign-in.cjs', runs: 3 });
    expect(planOf(flowing, parts)).toMatchObject({ flow: '/etc/beaconhouse/flows/book.cjs', setup: '/opt/sign-in.cjs', limitMs: 180_000 });
    expect(visitLimitMs(flowing)).toBe(600_000);
  });
});
