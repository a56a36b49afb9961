import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AlertHouse, type AlertHouseOptions } from './alert-house.contract.ts';
import { RecordingSmtp } from './channels/email/recording-smtp.contract.ts';
import { RecordingPagerduty } from './channels/pagerduty/recording-pagerduty.contract.ts';
import { RecordingWebhook } from './channels/webhook/recording-webhook.contract.ts';

const routingKey = 'b'.repeat(32);
const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const slowTools = {
  ...{ id: 'slow-tools', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', windowS: 60, minSamples: 1 },
  ...{ triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: 'critical', groupBy: ['tool'], channels: ['pager', 'hook', 'mail'] },
};
const slow = [4_000, 4_001, 4_002];
const fast = [100, 101, 102];

let house: AlertHouse;
let pagerduty: RecordingPagerduty;
let webhook: RecordingWebhook;
let smtp: RecordingSmtp;
beforeEach(async () => {
  pagerduty = await RecordingPagerduty.start(routingKey, () => house.clock.now());
  webhook = await RecordingWebhook.start(webhookSecret, undefined, () => house.clock.now());
  smtp = await RecordingSmtp.start();
});
afterEach(async () => {
  await house.close();
  await Promise.all([pagerduty.close(), webhook.close(), smtp.close()]);
});

interface Fallbacks {
  readonly pager?: readonly string[];
  readonly hook?: readonly string[];
}
const channelsWith = ({ pager = [], hook = [] }: Fallbacks = {}) => [
  { id: 'pager', type: 'pagerduty', fallback: pager },
  { id: 'hook', type: 'webhook', url: `http://127.0.0.1:${webhook.port}/`, secretFrom: 'HOOK', allowPrivate: true, fallback: hook },
  { id: 'mail', type: 'email', to: ['ann@example.com'], from: 'house@example.com' },
];

async function openHouse(rules: readonly object[], options: Partial<AlertHouseOptions> = {}): Promise<void> {
  const secrets = { PAGERDUTY_ROUTING_KEY: routingKey, HOOK: webhookSecret, SMTP_URL: `smtp://${smtp.host}` };
  house = await AlertHouse.open({ rules, secrets, pagerdutyUrl: pagerduty.url, channels: channelsWith(), factor: 120, ...options });
}

const subjects = () => smtp.mails.map(({ headers }) => headers.get('subject')!);
const hooked = () => webhook.events.map(({ event }) => `${event.type} ${event.data.reason}`.trim());

interface Attempt {
  readonly channel: string;
  readonly result: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tookMs: number;
}

/** From the journal, in the house's own time. */
async function attempts(channel: string): Promise<Attempt[]> {
  await house.state.flush();
  const rows = await house.warehouse.ask<{ at: string; body: string }>({
    sql: `SELECT toUnixTimestamp64Milli(at) AS at, body FROM alert_journal WHERE kind = 'attempt' ORDER BY at`,
  });
  return rows.map(({ at, body }) => ({ ...JSON.parse(body), at: Number(at) })).filter((one) => one.channel === channel);
}
const metric = async (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await house.registry.metrics())?.[1]);

it('tries again what fails: a webhook when it says so, a pager until it takes the page', async () => {
  webhook.answer({ status: 429, headers: { 'retry-after': '40' } });
  pagerduty.answer({ status: 500 }, { status: 500 }, { status: 500 });
  await openHouse([slowTools]);
  await house.store(-1, 8, slow);
  await house.store(8, 100, fast);
  await house.start();
  await house.until(() => pagerduty.pages === 1 && pagerduty.open.length === 0 && webhook.events.length === 3 && smtp.mails.length === 2);
  expect((await attempts('pager')).map(({ result }) => result).slice(0, 4)).toEqual(['later', 'later', 'later', 'delivered']);
  const [first, second] = await attempts('hook');
  expect([first!.result, second!.result, second!.at - second!.tookMs - first!.at >= 40_000]).toEqual(['later', 'delivered', true]);
  // The first was read, and told to come back: it is the same again.
  expect(hooked()).toEqual(['alert.fired', 'alert.fired', 'alert.resolved recovered']);
  expect(webhook.events[1]!.id).toBe(webhook.events[0]!.id);
  expect(smtp.mails[1]!.headers.get('references')).toBe(smtp.mails[0]!.headers.get('message-id'));
}, 60_000);

it('goes to others at once where a channel is gone, tells them so once, and tells them the end too', async () => {
  webhook.answer(...Array.from({ length: 20 }, () => ({ status: 410 })));
  await openHouse([{ ...slowTools, channels: ['hook'] }], { channels: channelsWith({ hook: ['mail', 'pager'] }) });
  await house.store(-1, 8, slow);
  await house.store(8, 100, fast);
  await house.start();
  await house.until(() => pagerduty.pages === 1 && pagerduty.open.length === 0);
  await house.until(() => subjects().length === 3);
  expect(
    subjects()
      .map((subject) => subject.split(' ')[0])
      .sort(),
  ).toEqual(['[CRITICAL]', '[RESOLVED]', '[WARNING]']);
  expect(subjects().filter((subject) => subject.includes('The channel hook takes no notices'))).toHaveLength(1);
}, 60_000);

it('asks those in place of channels that do not answer, then the owners, and then says that nobody is left', async () => {
  const failing = Array.from({ length: 50 }, () => ({ status: 503 }));
  pagerduty.answer(...failing);
  webhook.answer(...failing);
  smtp.refuse('ann@example.com', 450);
  smtp.refuse('owner@example.com', 450);
  const rule = { ...slowTools, channels: ['pager'] };
  await openHouse([rule], { channels: channelsWith({ pager: ['hook', 'mail'] }), config: { owners: ['owner@example.com'] }, factor: 60 });
  await house.store(-1, 100, slow);
  await house.start();
  const unheard = /nobody could be told of \d+ critical: slow-tools, .* asked pager, hook, mail, @owners/;
  await house.until(async () => unheard.test((await house.readiness.check()).alerting!));
  smtp.refuse('owner@example.com');
  await house.until(async () => (await house.readiness.check()).alerting === 'ok');
  expect(new Set(smtp.mails.flatMap(({ to }) => to))).toEqual(new Set(['owner@example.com']));
}, 60_000);

it('is one page and one message where thousands break at once', async () => {
  await openHouse([slowTools], { factor: 30 });
  const all = Array.from({ length: 5_000 }, (_, index) => `tool-${index}`);
  await house.storeTools(-1, 2, all, 4_000);
  await house.storeTools(2, 40, all.slice(0, 1), 100);
  await house.start();
  await house.until(() => pagerduty.pages > 0 && smtp.mails.length > 0 && webhook.events.length > 0);
  expect([pagerduty.pages, pagerduty.incidents[0]!.payload.summary, subjects(), hooked()]).toEqual([
    1,
    '[CRITICAL] slow-tools: 5000 are open',
    ['[CRITICAL] slow-tools: 5000 are open'],
    ['alert.fired'],
  ]);
  expect(smtp.mails[0]!.text).toContain('+4980 more');
  expect(await metric('beaconhouse_notices_held_total\\{kind="trigger",reason="storm"\\}')).toBe(5_000);
}, 120_000);

it('brings everything of a flood, a message a second at most', async () => {
  const rules = Array.from({ length: 30 }, (_, index) => ({ ...slowTools, id: `rule-${index}`, severity: 'warning', channels: ['mail'] }));
  await openHouse(rules, { factor: 60 });
  await house.store(-1, 100, slow);
  await house.start();
  await house.until(() => smtp.mails.length === 30);
  expect(new Set(subjects()).size).toBe(1);
  expect(new Set(smtp.mails.map(({ headers }) => headers.get('message-id'))).size).toBe(30);
  const made = await attempts('mail');
  const pauses = made.slice(1).map(({ at, tookMs }, index) => at - tookMs - made[index]!.at);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
  expect(await metric('beaconhouse_notices_doubled_total')).toBeNaN();
}, 60_000);
