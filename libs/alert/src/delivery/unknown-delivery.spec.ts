import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { AlertSeverity } from '#contracts';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { changeOf, pendingOf, recall } from '../alert-book.ts';
import { LogChannel } from '../channels/log/log-channel.ts';
import { RecordingSlack } from '../channels/slack/recording-slack.contract.ts';
import { SlackWebhookChannel } from '../channels/slack/slack-webhook-channel.ts';
import { sampleNotice } from '../notices/sample-notice.contract.ts';
import { AlertMetrics } from '../self/metrics.ts';
import { Deliverer } from './deliverer.ts';

const clock = new SystemClock();
let parts: TemporaryWarehouse;
let state: EmbeddedAlertState;
let slack: RecordingSlack;
let registry: Registry;
let logged: string[];
beforeEach(async () => {
  parts = await openTemporaryWarehouse();
  state = new EmbeddedAlertState(parts.warehouse, clock);
  slack = await RecordingSlack.start('xoxb-1', () => clock.now());
  registry = new Registry();
  logged = [];
});
afterEach(async () => {
  await slack.close();
  await state.close();
  await parts.close();
});

/** A notice for Slack, of which Slack takes the message and does not say so. */
async function deliver(severity: AlertSeverity): Promise<void> {
  const notice = { ...sampleNotice, severity };
  const pending = pendingOf({ channel: 'slack', seq: 1, notice }, { now: clock.now(), dueAt: clock.now(), digest: false });
  await state.write({ at: clock.now(), changes: [changeOf('delivery', { project: 'shop', id: pending.delivery.id }, undefined, pending)] });
  slack.answer({ hangUp: 'after' });
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const { notices, delay } = new AlertMetrics(registry);
  const channels = new Map([
    ['slack', { channel: new SlackWebhookChannel('slack', { url: slack.webhookUrl }), fallback: ['log'] }],
    ['log', { channel: new LogChannel('log', log), fallback: [] }],
  ]);
  const deliverer = new Deliverer({ state, clock, log, channels, notices, delay, lease: { held: true }, random: () => 0 });
  deliverer.start();
  while ((await recall(state, 'delivery')).size > 0) await clock.sleep(5);
  await deliverer.stop();
}

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
  await deliver('warning');
  expect(slack.workspace.messages).toHaveLength(1);
  expect(await attempts()).toEqual(['log 1 delivered', 'slack 1 unknown']);
  expect(await registry.metrics()).toContain('beaconhouse_notices_total{channel="slack",result="unknown"} 1');
  expect(logged.filter((line) => line.includes('it is not known whether a channel was told'))).toHaveLength(1);
});

it('a critical one is sent again', async () => {
  await deliver('critical');
  expect(slack.workspace.messages).toHaveLength(2);
  expect(await attempts()).toEqual(['slack 1 later', 'slack 2 delivered']);
});
