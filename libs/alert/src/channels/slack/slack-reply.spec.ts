import { expect, it } from '@jest/globals';
import type { NoticeKind } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import { slackReply } from './slack-reply.ts';

const { incident } = sampleNotice;
const line = '[CRITICAL] mcp_tool_duration p95 3.12 s &gt; 2.5 s (5 min, 412 samples) app=chat environment=production tool=search';

it.each([
  ['trigger', { reason: 'opened again' }, `Opened again: ${line}`, true],
  ['trigger', {}, `Open again: ${line}`, true],
  ['escalate', { severityBefore: 'warning' as const }, `Now critical, was warning: ${line}`, true],
  ['resolve', { reason: 'recovered', incident: { ...incident, resolvedAt: noticedAt } }, 'Resolved after 5 min: recovered', false],
  ['resolve', { incident: { ...incident, resolvedAt: noticedAt } }, 'Resolved after 5 min', false],
  ['resolve', { severity: 'warning' as const }, 'Now warning: not told here any more', false],
  ['remind', { reason: 'still open' }, 'Still open after 5 min, at worst 4 s', false],
  ['update', { reason: 'flapping' }, 'Flapping: it ends and comes back, and stays open until it is stable', false],
] as const)('of %s with %j the thread says %p', (kind, changes, text, broadcast) => {
  expect(slackReply({ ...sampleNotice, kind, ...changes })).toEqual({ text, broadcast });
});

it.each<NoticeKind>(['update', 'deescalate', 'ack', 'test'])('of %s the edited message says enough', (kind) => {
  expect(slackReply({ ...sampleNotice, kind })).toBeNull();
});

it('a reason is one line that calls nobody', () => {
  const resolved = { ...sampleNotice, kind: 'resolve', incident: { ...incident, resolvedAt: noticedAt } } as const;
  expect(slackReply({ ...resolved, reason: '<!channel>\r\n\u202eok' })?.text).toBe('Resolved after 5 min: &lt;!channel&gt; ok');
});
