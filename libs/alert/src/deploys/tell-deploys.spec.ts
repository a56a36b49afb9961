import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { recall } from '../alert-book.ts';
import { PagerdutyChannel } from '../channels/pagerduty/pagerduty-channel.ts';
import { RecordingPagerduty } from '../channels/pagerduty/recording-pagerduty.contract.ts';
import type { Deploy } from './deploy.ts';
import { tellDeploys } from './tell-deploys.ts';

const key = 'b'.repeat(32);
const hourMs = 3_600_000;
const begin = Date.UTC(2026, 4, 6, 10);
const deployOf = (release: string): Deploy => ({ project: 'default', app: 'chat', environment: 'production', release, at: begin });

let house: TemporaryWarehouse;
let pagerduty: RecordingPagerduty;
let state: EmbeddedAlertState;
beforeEach(async () => {
  house = await openTemporaryWarehouse();
  state = new EmbeddedAlertState(house.warehouse, new SystemClock());
  pagerduty = await RecordingPagerduty.start(key, () => begin);
});
afterEach(async () => {
  await house.close();
  await pagerduty.close();
});

const tell = (deploys: readonly Deploy[], now = begin): Promise<void> => {
  const channels = new Map([['pager', new PagerdutyChannel('pager', { routingKey: key, url: pagerduty.url })]]);
  return tellDeploys(deploys, { state, channels, log: pino({ level: 'silent' }) }, { now, signal: new AbortController().signal });
};
const told = () => pagerduty.changes.map(({ payload }) => payload.custom_details!.release);

it('tells a deploy once, however often it is seen, and remembers it for a day', async () => {
  for (const now of [begin, begin + hourMs, begin + 24 * hourMs]) await tell([deployOf('1')], now);
  expect(told()).toEqual(['1']);
  await tell([], begin + 24 * hourMs + 1);
  expect([...(await recall(state, 'deploy')).keys()]).toEqual([]);
});

it('tries five times, also what nobody sees any more, and no more where it is refused', async () => {
  pagerduty.answer(...Array.from({ length: 5 }, () => ({ status: 503 })));
  await tell([deployOf('1')]);
  for (let minute = 1; minute < 8; minute++) await tell([], begin + minute * 60_000);
  expect([pagerduty.requestedAt.length, told()]).toEqual([5, []]);
  pagerduty.answer({ status: 400 }, { status: 503 });
  await tell([deployOf('2')]);
  await tell([deployOf('2'), deployOf('3')]);
  await tell([]);
  expect([pagerduty.requestedAt.length, told()]).toEqual([8, ['3']]);
});

it('tells twenty at once, and no more than five hundred a day', async () => {
  const many = Array.from({ length: 700 }, (_, index) => deployOf(String(index)));
  await tell(many);
  expect(told()).toHaveLength(20);
  for (let minute = 1; minute < 30; minute++) await tell(many, begin + minute * 60_000);
  expect([told().length, new Set(told()).size]).toEqual([500, 500]);
}, 60_000);
