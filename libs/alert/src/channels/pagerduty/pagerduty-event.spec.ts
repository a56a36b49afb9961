import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { measured, sampleNotice } from '../../notices/sample-notice.contract.ts';
import { dedupKey, limits, pagerdutyEvent } from './pagerduty-event.ts';

const key = '0123456789abcdef0123456789abcdef';
const { measure: _measure, deploy: _deploy, houseUrl: _houseUrl, ...bare } = sampleNotice;

/** Of a notice that is sent as a trigger. */
function triggerOf(notice: Notice) {
  const event = pagerdutyEvent(notice, key);
  if (event?.event_action !== 'trigger') throw new Error(`it is ${event?.event_action}`);
  return event;
}

describe('the trigger of an incident', () => {
  it('says what, where, how much, since when and where to look', () => {
    expect(pagerdutyEvent(sampleNotice, key)).toEqual({
      ...{ routing_key: key, dedup_key: 'f3a1c0de-1', event_action: 'trigger' },
      payload: {
        summary: '[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
        ...{ source: 'chat/production', severity: 'critical', timestamp: '2026-05-06T10:00:00.000Z' },
        ...{ class: 'mcp_tool_duration', component: 'chat', group: 'production' },
        custom_details: {
          ...{ value: '3.12 s', threshold: '2.5 s', samples: 412, window: '5 min', peak: '4 s' },
          labels: { app: 'chat', environment: 'production', tool: 'search' },
          last_deploy: '2026.5.1, 20 min before',
          ...{ since: '2026-05-06T09:55:00.000Z', project: 'shop', rule: 'Slow tool calls', summary: 'Look at the slowest tool first.' },
        },
      },
      links: [
        { text: 'Incident', href: 'https://house.example.com/alerts/incidents/f3a1c0de-1' },
        { text: 'Runbook', href: 'https://runbooks.example.com/slow-tools' },
      ],
      ...{ client: 'Beaconhouse', client_url: 'https://house.example.com' },
    });
  });

  it.each(['critical', 'warning', 'info'] as const)('that is %s has the same word at PagerDuty', (severity) => {
    expect(triggerOf({ ...sampleNotice, severity }).payload.severity).toBe(severity);
  });

  it('holds a change against its baseline', () => {
    const { custom_details } = triggerOf(measured({ comparison: 'increasing', value: 1_500, reference: 1_200 })).payload;
    expect(custom_details).toMatchObject({ value: '1.5 s', baseline: '1.2 s' });
    expect(custom_details).not.toHaveProperty('threshold');
  });

  it('of nothing measured, nowhere in particular, comes from the project', () => {
    const event = triggerOf({ ...bare, labels: {}, rule: { id: 'r', name: 'R' }, reason: 'no data' });
    expect(event).toEqual({
      ...{ routing_key: key, dedup_key: 'f3a1c0de-1', event_action: 'trigger' },
      payload: {
        ...{ summary: '[CRITICAL] R', source: 'shop', severity: 'critical', timestamp: '2026-05-06T10:00:00.000Z' },
        custom_details: { labels: {}, since: '2026-05-06T09:55:00.000Z', project: 'shop', rule: 'R', reason: 'no data' },
      },
      ...{ links: [], client: 'Beaconhouse' },
    });
  });

  it('shows a chart that PagerDuty can fetch', () => {
    const chart = { png: Buffer.alloc(0), alt: 'slow', url: 'https://house.example.com/api/chart.png?sig=x' };
    expect(pagerdutyEvent(sampleNotice, key, chart)).toEqual({
      ...triggerOf(sampleNotice),
      images: [{ src: chart.url, href: 'https://house.example.com/alerts/incidents/f3a1c0de-1', alt: 'slow' }],
    });
    const { url: _, ...nowhere } = chart;
    const inside = ['http://house.example.com/x', 'https://localhost/x', 'https://10.0.0.7/x'].map((url) => ({ ...chart, url }));
    for (const other of [nowhere, ...inside, null]) expect(pagerdutyEvent(sampleNotice, key, other)).toEqual(triggerOf(sampleNotice));
  });

  it('is marked where it is a test', () => {
    expect(triggerOf({ ...sampleNotice, kind: 'test' }).payload.summary).toMatch(/^\[TEST\] /);
  });
});

it('comes from somewhere, even where nobody said from where', () => {
  expect(triggerOf({ ...sampleNotice, project: '', labels: {} }).payload.source).toBe('unknown');
});

describe('what PagerDuty is told', () => {
  it.each<[NoticeKind, string | undefined]>([
    ['trigger', 'trigger'],
    ['escalate', 'trigger'],
    ['test', 'trigger'],
    ['ack', 'acknowledge'],
    ['resolve', 'resolve'],
    ['update', undefined],
    ['deescalate', undefined],
    ['remind', undefined],
  ])('of %s is %p', (kind, action) => {
    expect(pagerdutyEvent({ ...sampleNotice, kind }, key)?.event_action).toBe(action);
  });

  it.each<NoticeKind>(['ack', 'resolve'])('of %s is the key of its incident and nothing more', (kind) => {
    expect(Object.keys(pagerdutyEvent({ ...sampleNotice, kind }, key)!).sort()).toEqual(['dedup_key', 'event_action', 'routing_key']);
  });
});

describe('the key of an incident', () => {
  it('is its id', () => {
    expect(dedupKey('x'.repeat(255))).toBe('x'.repeat(255));
  });

  it.each(['x'.repeat(256), '', '\ud800'])('is a hash of an id that PagerDuty does not take', (id) => {
    expect(dedupKey(id)).toMatch(/^[0-9a-f]{64}$/);
    expect(dedupKey(id)).not.toBe(dedupKey(`${id}x`));
  });
});

describe('the limits', () => {
  it('are kept by cutting at whole characters', () => {
    const wide = '\u{1d5ba}'.repeat(3_000);
    const { summary, component } = triggerOf({ ...sampleNotice, headline: wide, labels: { app: wide } }).payload;
    expect([summary, component].map((text) => [[...text!].length, text!.isWellFormed()])).toEqual([
      [1_024, true],
      [255, true],
    ]);
  });

  it('are kept of ten million characters', () => {
    const huge = '\u{1d5ba}'.repeat(5_000_000);
    const { payload } = triggerOf({ ...sampleNotice, headline: huge, reason: huge, labels: { app: huge, tool: huge } });
    expect([[...payload.summary].length, payload.custom_details]).toEqual([1_024, undefined]);
  });

  it('of bytes are kept by leaving the details out, and nothing else', () => {
    const { custom_details: _, ...payload } = triggerOf(sampleNotice).payload;
    const long = triggerOf({ ...sampleNotice, reason: 'x'.repeat(limits.bytes) });
    expect(long).toEqual({ ...triggerOf(sampleNotice), payload });
  });

  it('of bytes are kept by leaving the links out where that is not enough', () => {
    const rule = { ...sampleNotice.rule, runbookUrl: `https://runbooks.example.com/${'x'.repeat(limits.bytes)}` };
    const chart = { png: Buffer.alloc(0), alt: 'slow', url: 'https://house.example.com/x' };
    expect(pagerdutyEvent({ ...sampleNotice, rule }, key, chart)).not.toHaveProperty('images');
    expect(triggerOf({ ...sampleNotice, rule })).toMatchObject({ links: [], payload: { summary: expect.stringContaining('3.12 s') } });
  });
});

it('keeps every limit, whatever stands in a notice', () => {
  const text = hostileText(200);
  fc.assert(
    fc.property(text, text, text, text, (app, environment, headline, id) => {
      const notice = { ...sampleNotice, labels: { app, environment }, headline, incident: { ...sampleNotice.incident, id } };
      const { payload, dedup_key } = triggerOf(notice);
      expect([...payload.summary].length).toBeLessThanOrEqual(limits.summary);
      expect(dedup_key.length).toBeLessThanOrEqual(limits.dedupKey);
      expect(dedup_key).not.toBe('');
      for (const name of [payload.source, payload.component, payload.group, payload.summary]) {
        expect(name === undefined || (name.length > 0 && name.isWellFormed() && [...name].length <= limits.summary)).toBe(true);
      }
    }),
  );
});
