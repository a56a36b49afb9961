import { expect, it } from '@jest/globals';
import type { AlertSeverity } from '#contracts';
import type { Transition } from '../evaluation/advance.ts';
import { unseen } from '../instances/instance.ts';
import type { StepNotice } from '../instances/step.ts';
import { toldOf } from './told.ts';

const minute = 60_000;
const from = Date.UTC(2026, 4, 6, 10);
const span = { from, to: from + 24 * 60 * minute };
const input = { kind: 'breach', severity: 'critical', value: 3, reference: 2, samples: 400, lowered: null } as const;

const one = (
  set: string,
  at: number,
  kind: StepNotice['kind'],
  severity: AlertSeverity,
  reason: StepNotice['reason'] = '',
): Transition => ({
  ...{ fingerprint: set, labels: {}, evalEnd: from + at * minute, input, before: unseen },
  instance: { ...unseen, state: 'firing', severity, firedAt: from, episode: 1 },
  notices: [{ kind, severity, reason }],
});
const many = (sets: number, at: number, severity: AlertSeverity) =>
  Array.from({ length: sets }, (_, set) => one(`s${set}`, at, 'trigger', severity));

it.each([
  ['each critical incident wakes somebody', many(3, 1, 'critical'), [3, 0, 0]],
  ['what is less grave is one message of its minute', [...many(3, 1, 'warning'), ...many(2, 2, 'info')], [0, 2, 0]],
  ['more than ten in a minute are told as one', [...many(11, 1, 'critical'), ...many(11, 2, 'warning')], [1, 1, 2]],
  ['ten are not', many(10, 1, 'critical'), [10, 0, 0]],
  [
    'what is opened again or swings was told before',
    [
      one('a', 1, 'trigger', 'critical'),
      one('a', 9, 'trigger', 'critical', 'opened again'),
      one('a', 12, 'update', 'critical', 'flapping'),
    ],
    [1, 0, 0],
  ],
  [
    'what gets critical wakes somebody once',
    [
      one('a', 1, 'trigger', 'warning'),
      one('a', 3, 'escalate', 'critical'),
      one('a', 5, 'deescalate', 'warning'),
      one('a', 7, 'escalate', 'critical'),
    ],
    [1, 1, 0],
  ],
])('%s', (_, transitions, expected) => {
  const { pages, messages, storms } = toldOf(transitions, span);
  expect([pages, messages, storms]).toEqual(expected);
});

it('is counted by the day, also where nothing was told', () => {
  expect(toldOf(many(1, 15 * 60, 'critical'), span).days).toEqual([
    { day: '2026-05-06', pages: 0, messages: 0 },
    { day: '2026-05-07', pages: 1, messages: 0 },
  ]);
});
