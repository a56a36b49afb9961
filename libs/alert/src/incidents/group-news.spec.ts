import { expect, it } from '@jest/globals';
import type { AlertSeverity } from '#contracts';
import type { NoticeKind } from '../notices/notice.ts';
import { groupNews } from './group-news.ts';

type Row = [
  name: string,
  before: [number, AlertSeverity],
  now: [number, AlertSeverity, number],
  events: [NoticeKind, string][],
  told: string,
];

it.each<Row>([
  ['one that nobody knows of', [0, 'info'], [1, 'critical', 1], [['trigger', '']], 'trigger: '],
  ['one that opens again', [0, 'critical'], [1, 'critical', 0], [['trigger', 'opened again']], 'trigger: opened again'],
  [
    'one that was over before it was told',
    [0, 'info'],
    [0, 'info', 0],
    [
      ['trigger', ''],
      ['resolve', 'recovered'],
    ],
    'nothing',
  ],
  ['the end of all', [3, 'warning'], [0, 'warning', 0], [['resolve', 'recovered']], 'resolve: recovered'],
  ['the end of some', [3, 'warning'], [1, 'warning', 0], [['resolve', 'recovered']], 'update: 2 are over, 1 still open'],
  ['one that gets graver', [1, 'warning'], [1, 'critical', 0], [['escalate', '']], 'escalate from warning: '],
  ['one that gets milder', [1, 'critical'], [1, 'warning', 0], [['deescalate', '']], 'deescalate from critical: '],
  ['the end of the gravest', [2, 'critical'], [1, 'warning', 0], [['resolve', '']], 'deescalate from critical: 1 is over, 1 still open'],
  ['a new one', [2, 'warning'], [3, 'warning', 1], [['trigger', '']], 'update: 1 more'],
  ['a new one that is graver', [2, 'warning'], [3, 'critical', 1], [['trigger', '']], 'escalate from warning: 1 more'],
  [
    'new ones for old ones',
    [2, 'warning'],
    [3, 'warning', 2],
    [
      ['resolve', ''],
      ['trigger', ''],
    ],
    'update: 2 more, 1 is over, 3 still open',
  ],
  ['what is said of one of them', [2, 'warning'], [2, 'warning', 0], [['update', 'flapping']], 'update: flapping'],
  ['the end of a silence', [1, 'warning'], [1, 'warning', 0], [['trigger', 'silence ended']], 'update: silence ended'],
  ['an acknowledgement', [1, 'warning'], [1, 'warning', 0], [['ack', '']], 'ack: '],
  ['nothing', [1, 'warning'], [1, 'warning', 0], [], 'nothing'],
])('%s', (_, [told, severity], [open, nowSeverity, joined], events, expected) => {
  const news = groupNews(
    { told, severity },
    { open, severity: nowSeverity, joined },
    events.map(([kind, reason]) => ({ kind, reason })),
  );
  const from = news?.severityBefore ? ` from ${news.severityBefore}` : '';
  expect(news ? `${news.kind}${from}: ${news.reason}` : 'nothing').toBe(expected);
});
