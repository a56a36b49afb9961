import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AlertHouse } from '../alert-house.contract.ts';
import { RecordingPagerduty } from '../channels/pagerduty/recording-pagerduty.contract.ts';
import { AlertApiHouse } from './alert-api-house.contract.ts';

const routingKey = 'c'.repeat(32);
const rule = {
  id: 'slow',
  name: 'Slow tools',
  metric: 'mcp_tool_duration_p95',
  condition: 'above',
  threshold: '2.5 s',
  severity: 'critical',
};

let pagerduty: RecordingPagerduty;
let house: AlertHouse;
let api: AlertApiHouse;
beforeEach(async () => {
  pagerduty = await RecordingPagerduty.start(routingKey, () => house.clock.now());
  const secrets = { PAGERDUTY_ROUTING_KEY: routingKey };
  house = await AlertHouse.open({ rules: [rule], secrets, pagerdutyUrl: pagerduty.url, factor: 5 });
  await house.start();
  const { warehouse, state, clock } = house;
  api = await AlertApiHouse.over(
    { warehouse, state, clock, close: async () => {} },
    { rules: [{ ...rule, channels: ['pagerduty', 'nobody'] }] },
  );
});
afterEach(async () => {
  await api.close();
  await house.close();
  await pagerduty.close();
});

it('a channel is told a test by the alerter; what its provider answered comes back, and a minute later it is over', async () => {
  const { status, body } = await api.post('/api/alerts/channels/pagerduty/test?by=ada');
  expect([status, body]).toMatchObject([
    200,
    {
      data: [
        {
          channel: 'pagerduty',
          state: 'delivered',
          attempt: { result: 'delivered', status: 202, answer: expect.stringContaining('success') },
        },
      ],
    },
  ]);
  expect(pagerduty.incidents[0]!.payload.summary).toContain('[TEST]');
  expect(pagerduty.open).toHaveLength(1);
  expect(await api.post('/api/alerts/channels/pagerduty/test')).toMatchObject({ status: 429, body: { error: { code: 'quota_exceeded' } } });
  await house.until(() => pagerduty.open.length === 0);
  expect(pagerduty.incidents[0]!.history).toHaveLength(2);
  expect((await api.get('/api/alerts/audit')).body.data).toMatchObject([{ action: 'test channel', by: 'ada', about: 'pagerduty' }]);
}, 60_000);

it('a rule is told to everybody whom it would tell; a refusal is shown whole, and nobody else is told instead', async () => {
  pagerduty.answer({
    status: 400,
    body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors: ['no such key'] }),
  });
  const { body } = await api.post('/api/alerts/rules/slow/test');
  expect(body.unknown).toEqual(['nobody']);
  const [pager, log] = [
    body.data.find(({ channel }: { channel: string }) => channel === 'pagerduty'),
    body.data.find(({ channel }: { channel: string }) => channel === 'log'),
  ];
  expect(pager).toMatchObject({ state: 'refused', attempt: { status: 400, reason: expect.stringContaining('no such key') } });
  expect(log).toMatchObject({ state: 'delivered' });
  expect(pagerduty.pages).toBe(0);
}, 60_000);

it('channels say how they do, and nothing says what is secret', async () => {
  await api.post('/api/alerts/channels/pagerduty/test');
  const { body } = await api.get('/api/alerts/channels');
  expect(body.data).toMatchObject([
    { id: 'log', type: 'log', health: 'unknown', last: null },
    { id: 'pagerduty', type: 'pagerduty', health: 'ok', failuresInARow: 0, last: { status: 202 } },
  ]);
  const asked = ['channels', 'deliveries', 'rules', 'rules/slow', 'incidents', 'instances', 'silences', 'audit', 'quality'];
  const texts = await Promise.all(asked.map(async (path) => (await api.get(`/api/alerts/${path}`)).text));
  expect(texts.join('\n')).not.toContain(routingKey);
}, 60_000);
