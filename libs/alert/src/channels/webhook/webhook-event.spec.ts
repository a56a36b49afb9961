import { expect, it } from '@jest/globals';
import type { NoticeKind } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import { webhookEvent } from './webhook-event.ts';

it('says everything that is known of an incident', () => {
  const acknowledged = { by: 'ada', at: noticedAt };
  const incident = { ...sampleNotice.incident, resolvedAt: noticedAt, acknowledged };
  expect(webhookEvent({ ...sampleNotice, kind: 'resolve', reason: 'recovered', incident, severityBefore: 'warning' })).toEqual({
    ...{ type: 'alert.resolved', timestamp: '2026-05-06T10:00:00.000Z' },
    data: {
      ...{ schema: 1, kind: 'resolve', project: 'shop', severity: 'critical', severityBefore: 'warning', reason: 'recovered' },
      title: '[RESOLVED] mcp_tool_duration p95 was 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
      text: expect.arrayContaining(['Since 2026-05-06 09:55 UTC, over after 5 min, at worst 4 s', 'Recovered']),
      incident: {
        ...{ id: 'f3a1c0de-1', openedAt: '2026-05-06T09:55:00.000Z', resolvedAt: '2026-05-06T10:00:00.000Z', peak: 4_000 },
        acknowledged: { by: 'ada', at: '2026-05-06T10:00:00.000Z' },
      },
      ...{ rule: sampleNotice.rule, labels: sampleNotice.labels, measure: sampleNotice.measure },
      deploy: { release: '2026.5.1', at: '2026-05-06T09:40:00.000Z' },
      links: [expect.objectContaining({ text: 'Incident' }), expect.objectContaining({ text: 'Runbook' })],
    },
  });
});

it('is short where all of it was too large: every fact, but no texts that follow from them', () => {
  const [long, list] = ['x'.repeat(5_000), { lines: Array.from({ length: 20 }, () => 'tool=search'), more: 3 }];
  const notice = { ...sampleNotice, reason: long, labels: { tool: long }, list, rule: { ...sampleNotice.rule, name: long, summary: long } };
  const [whole, short] = [webhookEvent(notice), webhookEvent(notice, true)];
  expect(JSON.stringify(whole).length).toBeGreaterThan(20_000);
  expect(JSON.stringify(short).length).toBeLessThan(2_000);
  const { title: _, text: __, labels: ___, reason: ____, rule: _____, ...facts } = whole.data;
  expect(short).toMatchObject({ type: whole.type, timestamp: whole.timestamp, data: { ...facts, text: [], rule: { id: notice.rule.id } } });
});

it('says nothing of what is not known', () => {
  const { measure: _measure, deploy: _deploy, houseUrl: _houseUrl, ...bare } = sampleNotice;
  const { data } = webhookEvent({ ...bare, incident: { id: 'i', openedAt: 0 }, rule: { id: 'r', name: 'R' } });
  expect(Object.keys(data).sort()).toEqual([
    'incident',
    'kind',
    'labels',
    'links',
    'project',
    'reason',
    'rule',
    'schema',
    'severity',
    'text',
    'title',
  ]);
  expect(Object.keys(data.incident)).toEqual(['id', 'openedAt']);
});

it.each<[NoticeKind, string]>([
  ['trigger', 'alert.fired'],
  ['update', 'alert.updated'],
  ['escalate', 'alert.updated'],
  ['deescalate', 'alert.updated'],
  ['remind', 'alert.updated'],
  ['ack', 'alert.acknowledged'],
  ['resolve', 'alert.resolved'],
  ['test', 'alert.test'],
])('of %s is %s', (kind, type) => {
  expect(webhookEvent({ ...sampleNotice, kind })).toMatchObject({ type, data: { kind } });
});
