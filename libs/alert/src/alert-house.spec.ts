import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AlertHouse } from './alert-house.contract.ts';
import { RecordingPagerduty } from './channels/pagerduty/recording-pagerduty.contract.ts';

const routingKey = 'b'.repeat(32);
const slowTools = {
  ...{ id: 'slow-tools', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', windowS: 60, minSamples: 10 },
  ...{ triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: 'critical', groupBy: ['tool'] },
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

async function openHouse(rules: readonly object[]): Promise<void> {
  house = await AlertHouse.open({ rules, secrets: { PAGERDUTY_ROUTING_KEY: routingKey }, pagerdutyUrl: pagerduty.url, factor: 60 });
}
const logged = (rule: string) => house.logged.filter((line) => line.rule === rule);

it('closes at the pager what has come down to a warning, and opens nothing there when that is over', async () => {
  await openHouse([{ ...slowTools, warningThreshold: '1.5 s' }]);
  await house.store(-1, 3, calls(4_000));
  await house.store(3, 7, calls(2_000));
  await house.store(7, 100, calls(200));
  await house.start();
  await house.until(() => logged('slow-tools').length === 3);
  await house.until(() => pagerduty.open.length === 0);
  expect(pagerduty.incidents.map(({ history }) => history)).toMatchObject([
    [{ event: { event_action: 'trigger' } }, { event: { event_action: 'resolve' } }],
  ]);
}, 120_000);

it('tells once for all rules that the warehouse does not answer, as its own rule says', async () => {
  const others = Array.from({ length: 5 }, (_, index) => ({ ...slowTools, id: `slow-${index}`, metric: `m${index}`, threshold: 1 }));
  await openHouse([slowTools, ...others, { id: 'house', kind: 'self', about: 'warehouse', severity: 'warning', channels: ['pagerduty'] }]);
  await house.start();
  await house.warehouse.run('RENAME TABLE rum_1m TO rum_1m_away');
  await house.until(() => pagerduty.pages === 1);
  await house.warehouse.run('RENAME TABLE rum_1m_away TO rum_1m');
  await house.until(() => pagerduty.open.length === 0);
  expect(pagerduty.incidents.map(({ payload }) => [payload.severity, payload.summary])).toEqual([
    ['warning', expect.stringMatching(/Rules could not be judged for \d+ minutes/)],
  ]);
}, 120_000);
