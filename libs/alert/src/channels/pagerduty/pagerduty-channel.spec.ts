import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Sent } from '../channel.ts';
import { PagerdutyChannel, sendPagerdutyChange } from './pagerduty-channel.ts';
import { RecordingPagerduty } from './recording-pagerduty.contract.ts';

const key = '0123456789abcdef0123456789abcdef';
const minuteMs = 60_000;

let now: number;
let pagerduty: RecordingPagerduty;
let channel: PagerdutyChannel;
const channelWith = (routingKey: string, timeoutMs?: number) =>
  new PagerdutyChannel('pager', { routingKey, url: pagerduty.url, ...(timeoutMs !== undefined && { timeoutMs }) });
beforeEach(async () => {
  now = noticedAt;
  pagerduty = await RecordingPagerduty.start(key, () => now);
  channel = channelWith(key);
});
afterEach(() => pagerduty.close());

const signal = new AbortController().signal;
const sendTo = (to: PagerdutyChannel, notice: Notice, from = signal): Promise<Sent> =>
  to.send({ id: 'd', channel: 'pager', seq: 1, notice }, { signal: from, now, ref: null, possiblySent: false });
const tell = (kind: NoticeKind, changes: Partial<Notice> = {}) => sendTo(channel, { ...sampleNotice, kind, ...changes });
const actions = () =>
  pagerduty.incidents.map(({ history }) => history.map(({ event }) => (typeof event === 'string' ? event : event.event_action)));
const state = () => pagerduty.incidents.map(({ key, status }) => [key, status]);

describe('an incident at PagerDuty', () => {
  it('is opened, acknowledged and resolved by its key', async () => {
    for (const kind of ['trigger', 'ack', 'resolve'] as const) expect(await tell(kind)).toMatchObject({ result: 'delivered', status: 202 });
    expect(state()).toEqual([['f3a1c0de-1', 'resolved']]);
    expect([actions(), pagerduty.pages, pagerduty.refusals]).toEqual([[['trigger', 'acknowledge', 'resolve']], 1, []]);
  });

  it('pages once, however often it grows graver, is shown again or falls', async () => {
    for (const kind of ['trigger', 'trigger', 'update', 'escalate', 'remind', 'deescalate'] as const) await tell(kind);
    expect([pagerduty.pages, actions()]).toEqual([1, [['trigger', 'trigger', 'trigger']]]);
  });

  it.each<NoticeKind>(['update', 'remind', 'deescalate', 'ack', 'resolve'])(
    'that a person resolved there is not opened again by %s',
    async (kind) => {
      await tell('trigger');
      pagerduty.resolveByHand('f3a1c0de-1');
      expect(await tell(kind)).toMatchObject({ result: 'delivered' });
      expect([pagerduty.pages, pagerduty.open]).toEqual([1, []]);
    },
  );

  it('asks for a chart where one is shown, and not where it only ends', async () => {
    const url = 'https://house.example.com/api/alerts/incidents/f3a1c0de-1/chart.png?until=1&sig=x';
    let asked = 0;
    const chart = () => Promise.resolve({ png: Buffer.alloc(0), alt: `chart ${++asked}`, url });
    for (const kind of ['trigger', 'ack', 'resolve'] as const)
      await channel.send(
        { id: 'd', channel: 'pager', seq: 1, notice: { ...sampleNotice, kind } },
        { signal, now, ref: null, possiblySent: false, chart },
      );
    const [opening] = pagerduty.incidents[0]!.history;
    expect(opening!.event).toMatchObject({ images: [{ src: url, alt: 'chart 1' }] });
    expect([asked, actions(), pagerduty.refusals]).toEqual([1, [['trigger', 'acknowledge', 'resolve']], []]);
  });

  it('pages again where it grows graver after a person resolved it there', async () => {
    await tell('trigger', { severity: 'warning' });
    pagerduty.resolveByHand('f3a1c0de-1');
    await tell('escalate');
    expect(pagerduty.incidents.map(({ payload }) => payload.severity)).toEqual(['warning', 'critical']);
  });

  it('goes on under its key after it was over', async () => {
    for (const kind of ['trigger', 'resolve', 'trigger'] as const) await tell(kind);
    expect(state()).toEqual([
      ['f3a1c0de-1', 'resolved'],
      ['f3a1c0de-1', 'triggered'],
    ]);
  });

  it('of a test is marked and ends', async () => {
    await tell('test');
    await tell('resolve');
    expect([pagerduty.incidents[0]?.payload.summary.slice(0, 6), pagerduty.open]).toEqual(['[TEST]', []]);
  });

  it('is one although its answer was lost', async () => {
    pagerduty.answer({ hangUp: 'after' });
    expect(await tell('trigger')).toMatchObject({ result: 'later', status: null, ambiguous: true });
    expect(await tell('trigger')).toMatchObject({ result: 'delivered' });
    expect([pagerduty.pages, actions()]).toEqual([1, [['trigger', 'trigger']]]);
  });

  it('has an id longer than PagerDuty takes', async () => {
    const incident = { ...sampleNotice.incident, id: 'x'.repeat(300) };
    await tell('trigger', { incident });
    await tell('resolve', { incident });
    expect(state()).toEqual([[expect.stringMatching(/^[0-9a-f]{64}$/), 'resolved']]);
  });

  it('is taken, whatever stands in it', async () => {
    const text = hostileText(300);
    await fc.assert(
      fc.asyncProperty(text, text, text, async (id, app, reason) => {
        const changes = { labels: { app, [app]: reason }, reason, incident: { ...sampleNotice.incident, id }, headline: app };
        for (const kind of ['trigger', 'ack', 'resolve'] as const) expect(await tell(kind, changes)).toMatchObject({ result: 'delivered' });
      }),
      { numRuns: 50 },
    );
    expect([pagerduty.refusals, pagerduty.open]).toEqual([[], []]);
  });
});

describe('an attempt', () => {
  it('that PagerDuty took has its answer', async () => {
    expect(await tell('trigger')).toEqual({
      ...{ result: 'delivered', status: 202 },
      answer: '{"status":"success","message":"Event processed","dedup_key":"f3a1c0de-1"}',
    });
  });

  it.each([500, 502, 503, 504, 408])('is made again after HTTP %d', async (status) => {
    pagerduty.answer({ status });
    expect(await tell('trigger')).toMatchObject({ result: 'later', status, retryAfterMs: null, ambiguous: false });
    expect(await tell('trigger')).toMatchObject({ result: 'delivered' });
  });

  it('is made again when PagerDuty takes more, as late as it asks for', async () => {
    pagerduty.answer({ status: 429, headers: { 'retry-after': '90' } });
    expect(await tell('trigger')).toMatchObject({ result: 'later', status: 429, retryAfterMs: 90_000 });
    pagerduty.throttle(1);
    expect(await tell('trigger')).toMatchObject({ result: 'delivered' });
    expect(await tell('ack')).toMatchObject({ result: 'later', status: 429, retryAfterMs: null });
    now += minuteMs;
    expect(await tell('ack')).toMatchObject({ result: 'delivered' });
  });

  it.each([
    ['an event that is wrong', { status: 400, body: '{"errors":["Length of \'summary\' is incorrect"]}' }],
    ['another address', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['too much', { status: 413 }],
    ['no such page', { status: 404 }],
    ['an answer that is none of PagerDuty', { status: 200, body: '<html>' }],
  ])('is the last one after %s', async (_name, answer) => {
    pagerduty.answer(answer);
    expect(await tell('trigger')).toMatchObject({ result: 'refused', status: answer.status, dead: false });
    expect(pagerduty.requestedAt).toHaveLength(1);
  });

  it.each([
    ['nobody has', 'f'.repeat(32)],
    ['is no key', 'short'],
  ])('with a key that %s is the last one for the channel', async (_name, routingKey) => {
    expect(await sendTo(channelWith(routingKey), sampleNotice)).toMatchObject({ result: 'refused', status: 400, dead: true });
  });

  it('never says its key', async () => {
    pagerduty.answer({ status: 400, body: `no service for ${key}` }, { status: 202, body: key });
    expect(await tell('trigger')).toMatchObject({ reason: 'HTTP 400 no service for [routing key]' });
    expect(await tell('trigger')).toMatchObject({ answer: '[routing key]' });
  });

  it('that finds nobody was not made', async () => {
    await pagerduty.close();
    expect(await tell('trigger')).toMatchObject({ result: 'later', status: null, ambiguous: false });
  });

  it('that broke before the event was taken may be made again', async () => {
    pagerduty.answer({ hangUp: 'before' });
    expect(await tell('trigger')).toMatchObject({ result: 'later', ambiguous: true });
    expect(await tell('trigger')).toMatchObject({ result: 'delivered' });
    expect(pagerduty.pages).toBe(1);
  });

  it.each<NoticeKind>(['trigger', 'remind'])('of a process that ends decides nothing: %s', async (kind) => {
    await expect(sendTo(channel, { ...sampleNotice, kind }, AbortSignal.abort(new Error('the end')))).rejects.toThrow('the end');
    expect(pagerduty.requestedAt).toEqual([]);
  });

  it('that says nothing to PagerDuty says so', async () => {
    expect(await tell('remind')).toEqual({ result: 'delivered', status: 0, answer: 'not sent: a notice of the kind remind must not page' });
    expect(pagerduty.requestedAt).toEqual([]);
  });
});

describe('a deploy', () => {
  const deploy = { project: 'shop', app: 'chat', environment: 'production', release: '2026.5.1', at: noticedAt };

  it('is shown beside incidents and pages nobody', async () => {
    expect(await sendPagerdutyChange({ routingKey: key, url: pagerduty.url }, deploy, { signal, now })).toMatchObject({
      result: 'delivered',
    });
    expect([pagerduty.changes.map(({ payload }) => payload.summary), pagerduty.pages]).toEqual([
      ['chat 2026.5.1 deployed in production'],
      0,
    ]);
  });

  it('is told again where PagerDuty is down', async () => {
    pagerduty.answer({ status: 503 });
    expect(await sendPagerdutyChange({ routingKey: key, url: pagerduty.url }, deploy, { signal, now })).toMatchObject({
      result: 'later',
      status: 503,
    });
  });
});
