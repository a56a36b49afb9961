import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RecordingPagerduty } from './recording-pagerduty.contract.ts';

const key = '0123456789abcdef0123456789abcdef';
const payload = { summary: 's', source: 'chat', severity: 'critical' };
const trigger = { routing_key: key, event_action: 'trigger', dedup_key: 'k', payload };

let pagerduty: RecordingPagerduty;
beforeEach(async () => {
  pagerduty = await RecordingPagerduty.start(key, () => 0);
});
afterEach(() => pagerduty.close());

async function statusOf(body: unknown, path = '/v2/enqueue', headers: Record<string, string> = { 'content-type': 'application/json' }) {
  const answer = await fetch(`${pagerduty.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

it.each([
  ['no key of a service', { ...trigger, routing_key: undefined }],
  ['a short key', { ...trigger, routing_key: 'short' }],
  ['the key of nobody', { ...trigger, routing_key: 'f'.repeat(32) }],
  ['another action', { ...trigger, event_action: 'reopen' }],
  ['no payload', { ...trigger, payload: undefined }],
  ['no summary', { ...trigger, payload: { ...payload, summary: '' } }],
  ['a long summary', { ...trigger, payload: { ...payload, summary: 'x'.repeat(1_025) } }],
  ['no source', { ...trigger, payload: { ...payload, source: undefined } }],
  ['another severity', { ...trigger, payload: { ...payload, severity: 'high' } }],
  ['half a character', { ...trigger, payload: { ...payload, summary: '\ud800' } }],
  ['a long incident key', { ...trigger, dedup_key: 'x'.repeat(256) }],
  ['a field that PagerDuty does not know', { ...trigger, title: 'x' }],
  ['a link to a script', { ...trigger, links: [{ href: 'javascript:alert(1)' }] }],
  ['an image over plain HTTP', { ...trigger, images: [{ src: 'http://a.example.com' }] }],
  ['an acknowledgement of nothing', { routing_key: key, event_action: 'acknowledge' }],
  ['the end of nothing', { routing_key: key, event_action: 'resolve' }],
  ['no JSON', '{'],
])('refuses %s', async (_name, event) => {
  expect(await statusOf(event)).toBe(400);
  expect([pagerduty.refusals.length, pagerduty.incidents]).toEqual([1, []]);
});

it('refuses too much, other paths and other types', async () => {
  expect(await statusOf({ ...trigger, client: 'x'.repeat(512_000) })).toBe(413);
  expect(await statusOf(trigger, '/v1/enqueue')).toBe(404);
  expect(await statusOf(trigger, '/v2/enqueue', { 'content-type': 'text/plain' })).toBe(415);
  expect(await statusOf({ routing_key: key, payload: { summary: '' } }, '/v2/change/enqueue')).toBe(400);
});

it('gives an event without a key one of its own, and drops the end of what is not open', async () => {
  expect(await statusOf({ ...trigger, dedup_key: undefined })).toBe(202);
  expect(await statusOf({ ...trigger, dedup_key: undefined })).toBe(202);
  expect(await statusOf({ routing_key: key, event_action: 'resolve', dedup_key: 'k' })).toBe(202);
  expect(pagerduty.incidents.map(({ key: given, status }) => [given, status])).toEqual([
    ['generated-1', 'triggered'],
    ['generated-2', 'triggered'],
  ]);
});
