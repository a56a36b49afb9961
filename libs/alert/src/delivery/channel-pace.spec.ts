import { expect, it } from '@jest/globals';
import type { Sent } from '../channels/channel.ts';
import { type ChannelPace, freshPace, paceAfter } from './channel-pace.ts';

const now = 1_000_000;
const delivered: Sent = { result: 'delivered', status: 200, answer: '' };
const refused: Sent = { result: 'refused', status: 400, reason: 'wrong', dead: false };
const dead: Sent = { result: 'refused', status: 404, reason: 'deleted', dead: true };
const later: Sent = { result: 'later', status: 500, reason: 'broken', retryAfterMs: null, ambiguous: false };
const asked: Sent = { ...later, status: 429, retryAfterMs: 30_000 };
const unknown: Sent = { result: 'unknown', status: null, reason: 'lost' };
const failed = (failures: number, down: ChannelPace['down'] = null): ChannelPace => ({ notBefore: 0, failures, down });

it.each<[string, ChannelPace, Sent, pauseMs: number, failures: number, down: ChannelPace['down']]>([
  ['one that takes a notice is well', failed(3), delivered, 1_000, 0, null],
  ['one that takes a notice again is well again', failed(9, 'broken'), delivered, 1_000, 0, null],
  ['one that refuses a notice is as it was', failed(4, null), refused, 1_000, 0, null],
  ['one that is gone is dead at once', freshPace, dead, 1_000, 0, 'deleted'],
  ['one that fails is not dead yet', failed(3), later, 1_000, 4, null],
  ['one that fails five times in a row is, and is tried rarely', failed(4), later, 300_000, 5, 'broken'],
  ['one that fails again stays so', failed(5, 'broken'), later, 300_000, 6, 'broken'],
  ['one that asks for a pause gets it', failed(0), asked, 30_000, 1, null],
  ['one that asks for a pause gets it also when it is dead', failed(7, 'broken'), asked, 30_000, 8, 'broken'],
  ['one of whom nobody knows is as it was', failed(2), unknown, 1_000, 2, null],
])('%s', (_, before, sent, pauseMs, failures, down) => {
  expect(paceAfter(before, sent, { now, pauseMs: 1_000 })).toEqual({ notBefore: now + pauseMs, failures, down });
});
