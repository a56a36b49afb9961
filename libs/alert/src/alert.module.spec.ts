import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { alertRuleSchema } from '#contracts';
import { RecordingDatadog } from '../../platform/src/datadog/recording-datadog.contract.ts';
import { changeOf } from './alert-book.ts';
import { AlertHouse, type AlertHouseOptions, minuteMs } from './alert-house.contract.ts';
import { RecordingPagerduty } from './channels/pagerduty/recording-pagerduty.contract.ts';
import { writtenRuleId } from './rules/written-rule.ts';

const routingKey = 'b'.repeat(32);
const apiKey = 'key-of-the-test';
const slowTools = {
  ...{ id: 'slow-tools', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', windowS: 60, minSamples: 10 },
  ...{ triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: 'critical', groupBy: ['tool'] },
};
const slow = Array.from({ length: 20 }, (_, index) => 4_000 + index);
const fast = slow.map((value) => value - 3_800);

let house: AlertHouse;
let pagerduty: RecordingPagerduty;
let datadog: RecordingDatadog;
beforeEach(async () => {
  pagerduty = await RecordingPagerduty.start(routingKey, () => house.clock.now());
  datadog = await RecordingDatadog.start(apiKey, () => house.clock.now());
});
afterEach(async () => {
  await house.close();
  await pagerduty.close();
  await datadog.close();
});

async function openHouse(options: Partial<AlertHouseOptions>): Promise<void> {
  const secrets = { PAGERDUTY_ROUTING_KEY: routingKey };
  house = await AlertHouse.open({ rules: [slowTools], secrets, pagerdutyUrl: pagerduty.url, ...options });
}

const finding = (changes: object) => ({
  ...{ tenant: 'default', id: 'a', kind: 'budget', state: 'open', severity: 'high', metric: 'LCP', title: 'LCP p75 is over its budget' },
  ...{ at: house.clock.now(), since: house.clock.now(), subject: {}, value: 3_000, reference: 2_500, unit: 'ms', detail: '{}' },
  ...changes,
});

async function publish(topic: 'findings' | 'rum', value: object): Promise<void> {
  const headers = { tenant: 'default', keyId: '', events: 1, beaconId: '' };
  await house.stream.publish(topic, [{ key: 'a', headers, value: Buffer.from(`${JSON.stringify(value)}\n`) }]);
}

it('wakes somebody where a rule is broken, and says when it is over; others hear of it too', async () => {
  await openHouse({});
  await house.store(-1, 3, slow);
  await house.store(3, 1_000, fast);
  await house.start();
  await house.until(() => pagerduty.pages === 1 && pagerduty.open.length === 0);
  expect(pagerduty.incidents[0]!.payload).toMatchObject({
    severity: 'critical',
    summary: expect.stringMatching(/^\[CRITICAL\].*mcp_tool_duration/),
  });
  // Told in both.
  await house.until(() => house.logged.filter(({ rule }) => rule === 'slow-tools').length === 2);
  await house.until(async () => /notices_total\{channel="pagerduty",result="delivered"\} 2/.test(await house.registry.metrics()));
}, 60_000);

it('goes on where it stopped, and makes up for what nobody judged', async () => {
  await openHouse({});
  await house.store(-1, 3, slow);
  await house.store(3, 1_000, fast);
  await house.start();
  await house.until(() => pagerduty.pages === 1);
  await house.stop();
  await house.untilMinute(8);
  expect(pagerduty.open).toHaveLength(1);
  await house.start();
  await house.until(() => pagerduty.open.length === 0);
  expect(pagerduty.incidents[0]!.history).toHaveLength(2);
}, 60_000);

it('tells findings as incidents, to Datadog as events too, and what is over as over', async () => {
  await openHouse({ rules: [{ id: 'budgets', kind: 'budget' }], datadog: { apiKey, url: datadog.url } });
  await house.start();
  await publish('findings', finding({}));
  await publish('findings', finding({}));
  await house.until(() => pagerduty.pages === 1 && datadog.events.length === 2);
  await publish('findings', finding({ state: 'resolved', at: house.clock.now() + 1 }));
  await house.until(() => pagerduty.open.length === 0);
  expect(pagerduty.incidents.map(({ payload }) => payload.summary)).toEqual([expect.stringContaining('LCP p75 is over its budget')]);
  expect(datadog.events[0]).toMatchObject({ title: 'LCP p75 is over its budget', tags: expect.arrayContaining(['project:default']) });
}, 60_000);

it('judges nothing while events wait to be loaded, tells that, and neither triggers nor resolves because of it', async () => {
  await openHouse({ rules: [{ ...slowTools, resolveAfter: 1 }] });
  await house.store(-1, 6, slow);
  await house.store(6, 1_000, fast);
  const loading = Promise.withResolvers<void>();
  const reading = { topic: 'rum', group: 'loader', maxMessages: 1, maxBytes: 1_000_000, lingerMs: 0 } as const;
  const stopLoader = await house.stream.consume(reading, () => loading.promise);
  await house.start();
  await house.until(() => pagerduty.pages === 1);
  await publish('rum', {});
  await house.until(() => pagerduty.pages === 2);
  await house.untilMinute(11);
  expect(pagerduty.open.map(({ payload }) => payload.summary)).toEqual([
    expect.stringContaining('mcp_tool_duration'),
    expect.stringContaining('Nothing that came in the last minutes is stored yet'),
  ]);
  loading.resolve();
  await house.until(() => pagerduty.open.length === 0);
  await stopLoader();
  expect(pagerduty.pages).toBe(2);
}, 60_000);

it('judges rules that are made while it runs, and closes what they opened when they are deleted', async () => {
  await openHouse({ rules: [] });
  await house.store(-1, 300, slow);
  await house.start();
  const rule = alertRuleSchema.parse({ ...slowTools, project: 'default' });
  const value = { project: 'default', config: rule, createdAt: 0, changedAt: 0, changedBy: 'ada' };
  const at = writtenRuleId('default', rule.id);
  await house.state.write({ at: 0, changes: [changeOf('rule', { project: 'default', id: at }, undefined, value)] });
  await house.until(() => pagerduty.pages === 1);
  await house.state.write({
    at: 0,
    changes: [changeOf('rule', { project: 'default', id: at, ended: true }, { version: 1, value }, value)],
  });
  await house.until(() => pagerduty.open.length === 0);
  const resolved = house.logged.find(({ kind, rule: id }) => kind === 'resolve' && id === 'slow-tools');
  expect(resolved).toMatchObject({ reason: 'rule changed' });
}, 60_000);

it('says it is not ready where no look ends well', async () => {
  await openHouse({});
  await house.start();
  await house.until(async () => (await house.readiness.check()).alerting === 'ok');
  await house.stop();
  await house.untilMinute(5);
  expect((await house.readiness.check()).alerting).toMatch(/rules could not be judged for \d+ s/);
}, 60_000);

it('refuses a channel whose secret is missing, and one that falls back to nobody', async () => {
  await openHouse({
    channels: [
      { id: 'night', type: 'pagerduty', routingKeyFrom: 'NIGHT_KEY' },
      { id: 'day', type: 'log', fallback: ['nobody'] },
    ],
  });
  await expect(house.start()).rejects.toThrow(
    /channel night: the environment variable NIGHT_KEY is not set\n.*channel day: falls back to nobody, which is no channel/,
  );
});

it('does not judge twice what two of them look at', async () => {
  await openHouse({ factor: 60 });
  await house.store(-1, 30, slow);
  await Promise.all([house.start(), house.start()]);
  await house.until(() => house.clock.now() > house.begin + 4 * minuteMs && pagerduty.pages > 0);
  expect([pagerduty.pages, pagerduty.incidents[0]!.history.length]).toEqual([1, 1]);
}, 60_000);
