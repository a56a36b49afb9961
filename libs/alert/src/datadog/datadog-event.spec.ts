import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '#contracts';
import { datadogEvent, limits } from './datadog-event.ts';

const at = Date.UTC(2026, 4, 6, 10);
const hourMs = 3_600_000;

const budget: Finding = {
  ...{ tenant: 'shop', id: '0189f7a2c4d85e10b3a7c5d1', kind: 'budget', state: 'open', at, since: at - 2 * hourMs, severity: 'high' },
  ...{ title: 'LCP p75, route /checkout is over its budget: 3.1 s > 2.5 s (1204 samples in 1 h)', metric: 'LCP', unit: 'ms' },
  ...{ subject: { app: 'web', environment: 'production', route: '/checkout' }, value: 3_100, reference: 2_500 },
  detail: JSON.stringify({ budget: 'LCP', statistic: 'p75', comparison: 'less_than', hours: 1, samples: 1_204 }),
};
const regression: Finding = {
  ...budget,
  ...{
    kind: 'regression',
    severity: 'medium',
    title: 'LCP of /checkout got 24 % worse',
    detail: JSON.stringify({ trend: 'increasing', evidence: { hourly: [] } }),
  },
};

describe('the event of a finding', () => {
  it('says what, where, how much and since when', () => {
    expect(datadogEvent(budget, at + 60_000)).toEqual({
      title: 'LCP p75, route /checkout is over its budget: 3.1 s > 2.5 s (1204 samples in 1 h)',
      text: [
        'LCP p75, route /checkout is over its budget: 3.1 s > 2.5 s (1204 samples in 1 h)',
        'Threshold 2.5 s, now 3.1 s (+24 %)',
        'Project shop, metric LCP, app web, environment production, route /checkout',
        'Since 2026-05-06 08:00 UTC, as of 2026-05-06 10:00 UTC',
        'statistic: p75',
        'comparison: less_than',
        'hours: 1',
        'samples: 1204',
        'Beaconhouse budget 0189f7a2c4d85e10b3a7c5d1',
      ].join('\n'),
      ...{ alert_type: 'error', priority: 'normal', date_happened: at / 1_000, aggregation_key: expect.stringMatching(/^[0-9a-f]{32}$/) },
      tags: [
        ...['project:shop', 'kind:budget', 'metric:lcp', 'severity:high', 'state:open'],
        ...['service:web', 'env:production', 'route:/checkout'],
      ],
    });
  });

  it('of a regression tells both values, the change in per cent and the trend, and is an error where it is high only', () => {
    const event = datadogEvent(regression, at);
    expect(event.text).toContain('Baseline 2.5 s, now 3.1 s (+24 %)\n');
    expect(datadogEvent({ ...regression, state: 'resolved' }, at).text).toContain('Baseline 2.5 s, was 3.1 s (+24 %)\n');
    expect(event.tags).toEqual(expect.arrayContaining(['severity:medium', 'trend:increasing']));
    expect([event.alert_type, datadogEvent({ ...regression, severity: 'high' }, at).alert_type]).toEqual(['warning', 'error']);
  });

  it('that is over is a success, beside the one that told it', () => {
    const [open, resolved] = [datadogEvent(budget, at), datadogEvent({ ...budget, state: 'resolved', title: 'LCP is fine' }, at)];
    expect([resolved.alert_type, resolved.aggregation_key]).toEqual(['success', open.aggregation_key]);
    expect(datadogEvent({ ...budget, subject: { route: '/other' } }, at).aggregation_key).not.toBe(open.aggregation_key);
  });

  it('has no percentage of nothing', () => {
    expect(datadogEvent({ ...budget, reference: 0, value: 3, unit: '' }, at).text).toContain('Threshold 0, now 3\n');
  });

  it.each([
    ['happened as long ago as Datadog takes', at + 17 * hourMs, at],
    ['longer ago: as long ago as it takes', at + 30 * hourMs, at + 12 * hourMs + 60_000],
    ['ahead of a clock that is late: now', at - hourMs, at - hourMs],
  ])('%s', (_, now, told) => {
    expect(datadogEvent(budget, now).date_happened).toBe(told / 1_000);
  });

  it('calls nobody and switches nothing on, whatever a page calls its routes', () => {
    const route = '@pagerduty-web %%% [x](http://evil) %%%';
    const event = datadogEvent({ ...budget, title: `LCP of ${route}`, subject: { route } }, at);
    for (const told of [event.title, event.text]) expect(told).not.toMatch(/@[\w-]|%%%/);
    expect(event.tags).toContain('route:_pagerduty-web_x_http://evil');
  });

  it('keeps to every limit, whatever stands in a finding', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 6_000 });
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, route, tool) => {
        const event = datadogEvent({ ...budget, title: `x${title}`, subject: { route, tool } }, at);
        expect(event.title.length).toBeLessThanOrEqual(limits.title);
        expect(event.text.length).toBeLessThanOrEqual(limits.text);
        for (const tag of event.tags) expect(tag).toMatch(/^.{1,200}$/u);
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 1])('cuts no character in two, %d beside the limit', (offset) => {
    const wide = `${'x'.repeat(offset)}${'\u{1d5ba}'.repeat(3_000)}`;
    const { title, text, tags } = datadogEvent({ ...budget, title: wide, subject: { route: wide } }, at);
    expect([title, text, ...tags].every((told) => told.isWellFormed())).toBe(true);
    expect([title.length > limits.title - 2, text.length > limits.text - 2]).toEqual([true, true]);
  });
});
