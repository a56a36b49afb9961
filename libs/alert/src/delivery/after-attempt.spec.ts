import { expect, it } from '@jest/globals';
import type { PendingDelivery } from '../alert-book.ts';
import type { Sent } from '../channels/channel.ts';
import type { Notice } from '../notices/notice.ts';
import { afterAttempt } from './after-attempt.ts';

const now = 1_000_000;
const pending = (changes: Partial<PendingDelivery> = {}, plain = false): PendingDelivery => ({
  delivery: { id: 'd', channel: 'c', seq: 1, notice: {} as Notice, ...(plain && { plain: true }) },
  ...{ createdAt: 0, dueAt: 0, attempts: 1, possiblySent: false },
  ...changes,
});
const later: Sent = { result: 'later', status: 500, reason: '', retryAfterMs: null, ambiguous: false };
const tooLarge: Sent = { result: 'refused', status: 413, reason: '', dead: false };
const refused: Sent = { ...tooLarge, status: 400 };

it.each<[string, PendingDelivery, Sent, string]>([
  ['taken', pending(), { result: 'delivered', status: 200, answer: '' }, 'delivered'],
  ['refused', pending(), refused, 'refused, others instead'],
  ['too large', pending(), tooLarge, 'again after 0 ms, plain'],
  ['too large in words of its own', pending(), { ...refused, tooLarge: true }, 'again after 0 ms, plain'],
  ['too large though plain', pending({}, true), tooLarge, 'refused, others instead'],
  ['tried again', pending(), later, 'again after 1500 ms'],
  ['tried again later', pending({ attempts: 4 }), later, 'again after 12000 ms'],
  ['tried again when the provider says so', pending({ attempts: 4 }), { ...later, retryAfterMs: 3_000 }, 'again after 3000 ms'],
  ['not tried again at once, whatever the provider says', pending(), { ...later, retryAfterMs: 0 }, 'again after 1000 ms'],
  ['perhaps told', pending(), { ...later, ambiguous: true }, 'again after 1500 ms, perhaps sent'],
  ['perhaps told before', pending({ possiblySent: true }), later, 'again after 1500 ms, perhaps sent'],
  ['given up', pending({ attempts: 8 }), later, 'given_up, others instead'],
  ['left open where nobody can know', pending(), { result: 'unknown', status: null, reason: '' }, 'unknown, others instead'],
])('what was %s', (_, before, sent, expected) => {
  const after = afterAttempt({ pending: before, sent, now, attempts: 8, random: 0.5 });
  const text =
    after.next === 'end'
      ? `${after.result}${after.fallBack ? ', others instead' : ''}`
      : [
          `again after ${after.pending.dueAt - now} ms`,
          ...(after.pending.possiblySent ? ['perhaps sent'] : []),
          ...(after.pending.delivery.plain ? ['plain'] : []),
        ].join(', ');
  expect(text).toBe(expected);
});
