import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { EmbeddedAlertState } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { FastClock } from '../../../platform/src/clock/fast-clock.contract.ts';
import { changeOf, type PendingDelivery, pendingOf, recall } from '../alert-book.ts';
import { RecordingSlack } from '../channels/slack/recording-slack.contract.ts';
import { SlackChannel } from '../channels/slack/slack-channel.ts';
import { sampleNotice } from '../notices/sample-notice.contract.ts';
import type { Deliverer } from './deliverer.ts';
import { soleDeliverer } from './sole-deliverer.contract.ts';

const hourMs = 3_600_000;
/** More than Slack is tried. */
const lives = 9;
let parts: TemporaryWarehouse;
let state: EmbeddedAlertState;
let slack: RecordingSlack;
let clock: FastClock;
beforeEach(async () => {
  clock = new FastClock(sampleNotice.at, 50);
  parts = await openTemporaryWarehouse();
  state = new EmbeddedAlertState(parts.warehouse, clock);
  slack = await RecordingSlack.start('xoxb-1', () => clock.now());
});
afterEach(async () => {
  await slack.close();
  await state.close();
  await parts.close();
});

async function remember(changes: Partial<PendingDelivery> = {}): Promise<void> {
  const told = { channel: 'slack', seq: 1, notice: sampleNotice };
  const pending = { ...pendingOf(told, { now: sampleNotice.at, dueAt: sampleNotice.at, digest: false }), ...changes };
  await state.write({ at: clock.now(), changes: [changeOf('delivery', { project: 'shop', id: pending.delivery.id }, undefined, pending)] });
}

/** A process, an hour after the one before it. */
function begin(): Deliverer {
  clock = new FastClock(clock.now() + hourMs, 50);
  const channel = new SlackChannel('slack', { token: 'xoxb-1', channel: 'C0ALERTS', url: slack.url, buttons: false });
  const deliverer = soleDeliverer({
    state,
    clock,
    log: pino({ level: 'silent' }),
    channels: new Map([['slack', { channel, fallback: [] }]]),
  });
  deliverer.start();
  return deliverer;
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 5));
}
const posted = () => slack.requests.filter((method) => method === 'chat.postMessage').length;
const nothingWaits = async () => (await recall(state, 'delivery')).size === 0;

async function results(): Promise<string[]> {
  await state.flush();
  const rows = await parts.warehouse.ask<{ readonly body: string }>({
    sql: "SELECT body FROM alert_journal WHERE kind = 'attempt' ORDER BY id",
  });
  return rows.map(({ body }) => JSON.parse(body)).map(({ attempt, result }) => `${attempt} ${result}`);
}

it('an attempt that nobody lived to see answered does not count', async () => {
  await remember();
  for (let life = 1; life <= lives; life++) {
    slack.answer({ of: 'chat.postMessage', silent: 'before' });
    const dying = begin();
    await until(() => posted() === life);
    await dying.stop();
  }
  slack.answer({ of: 'chat.postMessage', status: 500 });
  const last = begin();
  await until(nothingWaits);
  await last.stop();
  expect([slack.workspace.topLevel('C0ALERTS').length, await results()]).toEqual([1, ['1 later', '2 delivered']]);
});

it('a message whose sender died over its answer is found, and not posted again', async () => {
  await remember();
  slack.answer({ of: 'chat.postMessage', silent: 'after' });
  const dying = begin();
  await until(() => slack.workspace.topLevel('C0ALERTS').length === 1);
  await dying.stop();
  const next = begin();
  await until(nothingWaits);
  await next.stop();
  expect([slack.requests, await results()]).toEqual([['chat.postMessage', 'conversations.history'], ['1 delivered']]);
});

it('one that was cut short a hundred times is given up, without one more', async () => {
  await remember({ interrupted: 100, possiblySent: true });
  const deliverer = begin();
  await until(nothingWaits);
  await deliverer.stop();
  expect([slack.requests, await results()]).toEqual([[], ['1 given_up']]);
});
