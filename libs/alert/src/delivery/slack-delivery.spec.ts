import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { changeOf, pendingOf, recall } from '../alert-book.ts';
import type { Channel } from '../channels/channel.ts';
import { LogChannel } from '../channels/log/log-channel.ts';
import { RecordingSlack } from '../channels/slack/recording-slack.contract.ts';
import { SlackChannel } from '../channels/slack/slack-channel.ts';
import { SlackWebhookChannel } from '../channels/slack/slack-webhook-channel.ts';
import type { Notice } from '../notices/notice.ts';
import { sampleNotice } from '../notices/sample-notice.contract.ts';
import { AlertMetrics } from '../self/metrics.ts';
import { soleDeliverer } from './sole-deliverer.contract.ts';

const clock = new SystemClock();
let parts: TemporaryWarehouse;
let state: EmbeddedAlertState;
let slack: RecordingSlack;
let registry: Registry;
let metrics: AlertMetrics;
let logged: string[];
beforeEach(async () => {
  parts = await openTemporaryWarehouse();
  state = new EmbeddedAlertState(parts.warehouse, clock);
  slack = await RecordingSlack.start('xoxb-1', () => clock.now());
  registry = new Registry();
  metrics = new AlertMetrics(registry);
  logged = [];
});
afterEach(async () => {
  await slack.close();
  await state.close();
  await parts.close();
});

/** Until nothing waits any more. */
async function deliver(channel: Channel, seq: number, changes: Partial<Notice>): Promise<void> {
  const pending = pendingOf(
    { channel: 'slack', seq, notice: { ...sampleNotice, at: clock.now(), ...changes } },
    { now: clock.now(), dueAt: clock.now(), digest: false },
  );
  await state.write({ at: clock.now(), changes: [changeOf('delivery', { project: 'shop', id: pending.delivery.id }, undefined, pending)] });
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const channels = new Map([
    ['slack', { channel, fallback: ['log'] }],
    ['log', { channel: new LogChannel('log', log), fallback: [] }],
  ]);
  const deliverer = soleDeliverer({ state, clock, log, channels, metrics });
  deliverer.start();
  while ((await recall(state, 'delivery')).size > 0) await clock.sleep(5);
  await deliverer.stop();
}
const hook = () => new SlackWebhookChannel('slack', { url: slack.webhookUrl });

async function attempts(): Promise<string[]> {
  await state.flush();
  const sql = "SELECT body FROM alert_journal WHERE kind = 'attempt' ORDER BY id";
  const rows = await parts.warehouse.ask<{ readonly body: string }>({ sql });
  return rows.map(({ body }) => {
    const { channel, result, attempt } = JSON.parse(body) as {
      readonly channel: string;
      readonly result: string;
      readonly attempt: number;
    };
    return `${channel} ${attempt} ${result}`;
  });
}

it('a notice of which nobody knows whether it arrived is not sent again, and told by who stands in for its channel', async () => {
  slack.answer({ hangUp: 'after' });
  await deliver(hook(), 1, { severity: 'warning' });
  expect(slack.workspace.messages).toHaveLength(1);
  expect(await attempts()).toEqual(['log 1 delivered', 'slack 1 unknown']);
  expect(await registry.metrics()).toContain('beaconhouse_notices_total{channel="slack",result="unknown"} 1');
  expect(logged.filter((line) => line.includes('it is not known whether a channel was told'))).toHaveLength(1);
});

it('a critical one is sent again', async () => {
  slack.answer({ hangUp: 'after' });
  await deliver(hook(), 1, {});
  expect(slack.workspace.messages).toHaveLength(2);
  expect(await attempts()).toEqual(['slack 1 later', 'slack 2 delivered']);
});

it('a bot finds what it said when its answer was lost, and goes on there', async () => {
  const bot = () => new SlackChannel('slack', { token: 'xoxb-1', channel: 'C0ALERTS', url: slack.url, buttons: false });
  slack.answer({ hangUp: 'after' });
  await deliver(bot(), 1, {});
  await deliver(bot(), 2, { kind: 'resolve', incident: { ...sampleNotice.incident, resolvedAt: clock.now() } });
  expect(slack.requests).toEqual(['chat.postMessage', 'conversations.history', 'chat.update', 'chat.postMessage']);
  const [message, ...others] = slack.workspace.topLevel('C0ALERTS');
  expect([message?.text.slice(0, 10), others, slack.refusals]).toEqual(['[RESOLVED]', [], []]);
  expect(await attempts()).toEqual(['slack 1 later', 'slack 2 delivered', 'slack 1 delivered']);
});
