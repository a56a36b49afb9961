import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice } from '../../notices/notice.ts';
import { sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Delivery } from '../channel.ts';
import { emailMessage, limits } from './email-message.ts';

const from = 'alerts@house.example.com';
const delivery = (seq: number, changes: Partial<Notice> = {}, channel = 'mail'): Delivery => ({
  ...{ id: `delivery-${seq}`, channel, seq },
  notice: { ...sampleNotice, ...changes },
});
const idOf = (...given: Parameters<typeof delivery>) => emailMessage(delivery(...given), from).messageId;

describe('the mail of an incident', () => {
  it('says in words and in HTML what happened, since when and where to look', () => {
    const { subject, text, html } = emailMessage(delivery(1), from);
    expect(subject).toBe(
      '[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
    );
    expect(text).toBe(
      [
        ...[
          subject,
          '',
          'Since 2026-05-06 09:55 UTC, at worst 4 s',
          'Last deploy: 2026.5.1, 20 min before',
          'Look at the slowest tool first.',
          '',
        ],
        'Incident: https://house.example.com/alerts/incidents/f3a1c0de-1',
        'Runbook: https://runbooks.example.com/slow-tools',
        ...['', 'Beaconhouse, project shop, rule mcp-tool-duration', ''],
      ].join('\n'),
    );
    expect(html).toContain('<p><b>[CRITICAL] mcp_tool_duration p95 3.12 s &gt; 2.5 s (5 min, 412 samples)');
    expect(html).toContain('<a href="https://house.example.com/alerts/incidents/f3a1c0de-1">Incident</a>');
  });

  it('is one thread: every further one names the first', () => {
    const [first, second, third] = [1, 2, 3].map((seq) => emailMessage(delivery(seq), from));
    expect([first!.references, second!.references, third!.references]).toEqual([undefined, first!.messageId, first!.messageId]);
    expect(new Set([first, second, third].map((mail) => mail!.messageId)).size).toBe(3);
    expect(second!.messageId).toBe('<delivery-2@house.example.com>');
  });

  it('has the same id in every attempt, and another in another incident or channel', () => {
    const other = { incident: { ...sampleNotice.incident, id: 'other' } };
    expect(idOf(1)).toBe(idOf(1, { kind: 'resolve', at: 0 }));
    expect(new Set([idOf(1), idOf(1, other), idOf(1, {}, 'other')]).size).toBe(3);
  });

  it.each(['somebody', 'a@b c', 'a@b\r\nX: y'])('from %p has an id all the same', (sender) => {
    expect(emailMessage(delivery(1), sender).messageId).toMatch(/^<[0-9a-f]{64}@beaconhouse\.invalid>$/);
  });

  it.each(['a b', 'a>b', 'ä', '', 'x'.repeat(65)])('for a delivery called %p has an id all the same', (id) => {
    expect(emailMessage({ ...delivery(2), id }, from).messageId).toMatch(/^<[0-9a-f]{64}@house\.example\.com>$/);
  });
});

it('names its chart by an id of its own in each mail', () => {
  const chart = { png: Buffer.from('png'), alt: 'slow' };
  const [first, second] = [1, 2].map((seq) => emailMessage(delivery(seq), from, chart));
  expect(first!.chart).toEqual({ cid: 'chart.delivery-1@house.example.com', png: chart.png });
  expect(first!.html).toContain(`src="cid:${first!.chart!.cid}"`);
  expect(second!.chart!.cid).not.toBe(first!.chart!.cid);
});

it('keeps every limit and every bracket, whatever stands in a notice', () => {
  const text = hostileText(200);
  fc.assert(
    fc.property(text, text, text, (headline, reason, project) => {
      const chart = { png: Buffer.alloc(0), alt: reason };
      const mail = emailMessage(delivery(2, { headline, reason, project, labels: { tool: headline } }), from, chart);
      expect([...mail.subject].length).toBeLessThanOrEqual(limits.subject);
      expect(mail.subject).not.toMatch(/[\r\n\0]/);
      const written = mail.html.replaceAll(
        /<\/?(?:html|body style="font-family:sans-serif"|body|p(?: style="color:#666")?|b|img src="cid:[\w.@-]+" width="640" height="260" alt="[^<>"]*"|a(?: href="https:\/\/[a-z0-9./-]+")?|!doctype html)>/g,
        '',
      );
      expect(written).not.toMatch(/[<>"']/);
      for (const line of mail.text.split('\n')) expect([...line].length).toBeLessThanOrEqual(limits.line);
    }),
  );
});
