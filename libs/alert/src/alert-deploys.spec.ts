import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { recall } from './alert-book.ts';
import { AlertHouse } from './alert-house.contract.ts';
import { RecordingPagerduty } from './channels/pagerduty/recording-pagerduty.contract.ts';

const routingKey = 'b'.repeat(32);
const slowTools = {
  ...{ id: 'slow-tools', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', windowS: 60, minSamples: 10 },
  ...{ triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: 'critical', groupBy: ['app', 'environment', 'tool'] },
};
const calls = (ms: number) => Array.from({ length: 20 }, (_, index) => ms + index);

let house: AlertHouse;
let pagerduty: RecordingPagerduty;
beforeEach(async () => {
  pagerduty = await RecordingPagerduty.start(routingKey, () => house.clock.now());
});
afterEach(async () => {
  await house.close();
  await pagerduty.close();
});

const openHouse = async (channel: object = {}, rule: object = {}) => {
  house = await AlertHouse.open({
    ...{ rules: [{ ...slowTools, channels: ['pager'], ...rule }], channels: [{ id: 'pager', type: 'pagerduty', ...channel }], factor: 120 },
    ...{ secrets: { PAGERDUTY_ROUTING_KEY: routingKey }, pagerdutyUrl: pagerduty.url },
  });
};
/** The release of which everything becomes slow goes out in the third minute. */
async function storeReleases(): Promise<void> {
  await house.store(-660, -658, calls(100), { release: '1' });
  await house.store(-100, 3, calls(100), { release: '2' });
  await house.store(3, 8, calls(4_000), { release: '3' });
  await house.store(8, 100, calls(100), { release: '3' });
}
const changes = () => pagerduty.changes.map(({ payload: { summary, timestamp } }) => [summary, timestamp]);
/** A pager that has it is noted a moment later; a house that stops in between tells it again. */
const allNoted = () =>
  house.until(async () => [...(await recall(house.state, 'deploy')).values()].every(({ value }) => value.waiting.length === 0));
const thirdDeploy = () => ['studio 3 deployed in production', new Date(house.begin + 3 * 60_000).toISOString()];

it('a page says what went live before it, and a pager is shown each release once, whoever starts again', async () => {
  pagerduty.answer({ status: 503 });
  await openHouse();
  await storeReleases();
  await house.start();
  await house.until(() => changes().length > 0 && pagerduty.pages === 1);
  expect(pagerduty.incidents[0]!.payload.custom_details).toMatchObject({ last_deploy: expect.stringMatching(/^3, \d min before$/) });
  await allNoted();
  await house.stop();
  await house.start();
  await house.store(20, 22, calls(100), { release: '4' });
  await house.until(() => changes().length > 1 && pagerduty.open.length === 0);
  expect(changes()).toEqual([thirdDeploy(), [expect.stringContaining('studio 4'), expect.any(String)]]);
  expect(pagerduty.refusals).toEqual([]);
}, 60_000);

it('a page comes without what went live where that cannot be asked, and it is shown afterwards', async () => {
  await openHouse();
  await storeReleases();
  await house.warehouse.run('RENAME TABLE rum_events TO rum_events_away');
  await house.start();
  await house.until(() => pagerduty.pages === 1);
  expect([pagerduty.incidents[0]!.payload.custom_details, changes()]).toEqual([
    expect.not.objectContaining({ last_deploy: expect.anything() }),
    [],
  ]);
  expect(house.logged.map(({ msg }) => msg)).toContain('alerts: it is not known what was deployed');
  await house.warehouse.run('RENAME TABLE rum_events_away TO rum_events');
  await house.until(() => changes().length > 0);
  expect(changes()).toEqual([thirdDeploy()]);
}, 60_000);

const tell = (release: string, minute: number, changes: object = {}) => {
  const row = {
    tenant: 'default',
    app: 'studio',
    env: 'production',
    release,
    at: house.begin + minute * 60_000,
    url: 'https://ci.example.com/',
  };
  const headers = { tenant: 'default', keyId: '', events: 1, beaconId: '' };
  return house.stream.publish('deploys', [{ key: 'k', headers, value: Buffer.from(`${JSON.stringify({ ...row, ...changes })}\n`) }]);
};
const releases = () => pagerduty.changes.map(({ payload, links }) => [payload.custom_details!.release, links?.[0]?.href]);

it('what somebody told is shown as soon as it stands on the stream: once, again where it goes out again, and after trouble', async () => {
  pagerduty.answer({ status: 503 });
  await openHouse();
  // Nothing of it is to be had from the warehouse.
  await house.warehouse.run('RENAME TABLE rum_events TO rum_events_away');
  await tell('5', 0);
  await tell('5', 0);
  await tell('4', -40);
  await tell('x', 0, { release: 7 });
  await tell('6', 0, { tenant: 'nobody' });
  await house.start();
  await house.until(() => releases().length === 2);
  await tell('5', 1);
  await tell('4', 1);
  await house.until(() => releases().length === 3);
  await allNoted();
  await house.stop();
  await house.start();
  await tell('7', 2);
  await house.until(() => releases().length === 4);
  // What was seen comes once, and not where it was there for long.
  await tell('9', -61, { kind: 'first_seen' });
  await tell('8', 30, { kind: 'first_seen' });
  await tell('8', 70, { kind: 'first_seen' });
  await tell('10', 2);
  await house.until(() => releases().length >= 6);
  expect(releases().map(([release]) => release)).toEqual(['5', '4', '4', '7', '8', '10']);
  expect([new Set(releases().map(([, href]) => href)), pagerduty.refusals]).toEqual([new Set(['https://ci.example.com/']), []]);
  expect(house.logged.map(({ msg }) => msg)).toContain('alerts: lines that are no deploys');
}, 60_000);

it.each([
  ['where nobody wants to see them', { changes: false }, {}],
  ['of a project without rules', {}, { enabled: false }],
])(
  'nobody is shown releases %s',
  async (_name, channel, rule) => {
    await openHouse(channel, rule);
    await storeReleases();
    await house.start();
    await house.untilMinute(10);
    expect(changes()).toEqual([]);
  },
  60_000,
);
