import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Delivery, SendContext, Sent } from '../channel.ts';
import { RecordingSlack } from './recording-slack.contract.ts';
import { SlackChannel } from './slack-channel.ts';
import { readable } from './slack-workspace.contract.ts';

const channel = 'C0ALERTS';
const minuteMs = 60_000;

let now: number;
let slack: RecordingSlack;
let seq: number;
let ref: string | null;
beforeEach(async () => {
  [now, seq, ref] = [noticedAt, 0, null];
  slack = await RecordingSlack.start('xoxb-1', () => now, [channel, 'C0OTHER']);
});
afterEach(() => slack.close());

const signal = new AbortController().signal;
const slackWith = (changes: Partial<ConstructorParameters<typeof SlackChannel>[1]> = {}) =>
  new SlackChannel('slack', { token: 'xoxb-1', channel, url: slack.url, buttons: true, ...changes });

function deliveryOf(kind: NoticeKind, changes: Partial<Notice> = {}): Delivery {
  seq += 1;
  const notice = { ...sampleNotice, at: now, kind, ...changes };
  return { id: `${notice.incident.id}.slack.${seq}`, channel: 'slack', seq, notice };
}
async function send(delivery: Delivery, context: Partial<SendContext> = {}, to = slackWith()): Promise<Sent> {
  const sent = await to.send(delivery, { signal, now, ref, possiblySent: false, ...context });
  if (sent.result === 'delivered' && sent.ref !== undefined) ref = sent.ref;
  return sent;
}
const tell = (kind: NoticeKind, changes: Partial<Notice> = {}) => send(deliveryOf(kind, changes));
const messages = () => slack.workspace.topLevel(channel);
/** `🔴 [CRITICAL]` */
const head = (message: Parameters<typeof readable>[0]) => `${readable(message).header?.split(']')[0]}]`;
const heads = () => messages().map(head);
const replies = () => messages().flatMap(({ ts }) => slack.workspace.repliesTo(ts).map(({ text }) => text));
const { incident } = sampleNotice;
const over = () => ({ reason: 'recovered', incident: { ...incident, resolvedAt: now } });

describe('an incident in Slack', () => {
  it('is one message, edited in place from its beginning to its end', async () => {
    expect(await tell('trigger', { severity: 'warning' })).toMatchObject({
      result: 'delivered',
      status: 200,
      ref: expect.stringMatching(/^C0ALERTS:\d+\.\d+$/),
    });
    now += minuteMs;
    await tell('escalate', { severityBefore: 'warning' });
    await tell('ack', { incident: { ...incident, acknowledged: { by: 'ada', at: now } } });
    now += 10 * minuteMs;
    await tell('resolve', over());
    const [message, ...others] = messages();
    expect([others, message?.versions.length, slack.refusals]).toEqual([[], 4, []]);
    expect(message?.versions.map(head)).toEqual(['🟠 [WARNING]', '🔴 [CRITICAL]', '🔴 [CRITICAL]', '✅ [RESOLVED]']);
    expect(readable(message!.versions[2]!).lines.join('\n')).toContain('Acknowledged by ada at 2026-05-06 10:01 UTC');
    expect(message?.versions.map((version) => readable(version).buttons)).toEqual([
      ...[['acknowledge', 'silence_1h', 'open'], ['acknowledge', 'silence_1h', 'open'], ['silence_1h', 'open'], ['open']],
    ]);
    expect(replies()).toEqual([
      'Now critical, was warning: [CRITICAL] mcp_tool_duration p95 3.12 s &gt; 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
      'Resolved after 16 min: recovered',
    ]);
  });

  it('says in its thread what nobody would see in an edited message, and in the channel what should wake somebody', async () => {
    await tell('trigger');
    for (const kind of ['update', 'ack', 'deescalate'] as const) await tell(kind);
    expect(replies()).toEqual([]);
    now += 55 * minuteMs;
    await tell('remind', { reason: 'still open' });
    await tell('update', { reason: 'flapping' });
    await tell('resolve', over());
    await tell('trigger', { reason: 'opened again' });
    await tell('escalate');
    expect(slack.workspace.repliesTo(messages()[0]!.ts).map(({ text, broadcast }) => [text.split(':')[0], broadcast])).toEqual([
      ['Still open after 1 h, at worst 4 s', false],
      ['Flapping', false],
      ['Resolved after 1 h', false],
      ['Opened again', true],
      ['Now critical', true],
    ]);
    expect([messages().length, slack.refusals]).toEqual([1, []]);
  });

  it('says where it is not told any more because it has become milder', async () => {
    await tell('trigger');
    await tell('resolve', { severity: 'warning' });
    expect(replies()).toEqual(['Now warning: not told here any more']);
  });

  it('shows its chart where Slack can fetch it', async () => {
    const chartAt = (url: string) => ({ chart: async () => ({ png: Buffer.alloc(0), alt: 'a curve', url }) });
    await send(deliveryOf('trigger'), chartAt('https://house.example.com/chart.png?sig=1'));
    const images = () =>
      messages()
        .at(-1)!
        .blocks.filter(({ type }) => type === 'image');
    expect(images()).toMatchObject([{ image_url: 'https://house.example.com/chart.png?sig=1' }]);
    await send(deliveryOf('escalate'), chartAt('http://10.0.0.1/chart.png'));
    expect([images(), slack.refusals]).toEqual([[], []]);
  });

  it('has no buttons where nobody verifies them', async () => {
    await send(deliveryOf('trigger'), {}, slackWith({ buttons: false }));
    expect(readable(messages()[0]!).buttons).toEqual([]);
  });

  it('is posted anew where its message is gone, and goes on there', async () => {
    await tell('trigger');
    slack.workspace.deleteMessage(messages()[0]!.ts);
    expect(await tell('escalate')).toMatchObject({ result: 'delivered', ref: expect.any(String) });
    expect(slack.requests).toEqual(['chat.postMessage', 'chat.update', 'chat.postMessage']);
    await tell('resolve', over());
    expect([heads(), replies()]).toEqual([['✅ [RESOLVED]'], ['Resolved after 5 min: recovered']]);
  });

  it('goes on where it began, although it would begin elsewhere now', async () => {
    await tell('trigger');
    await send(deliveryOf('ack'), {}, slackWith({ channel: 'C0OTHER' }));
    expect([messages()[0]?.versions.length, slack.workspace.topLevel('C0OTHER')]).toEqual([2, []]);
    slack.workspace.delete(channel);
    await send(deliveryOf('ack'), {}, slackWith({ channel: 'C0OTHER' }));
    expect(slack.workspace.topLevel('C0OTHER')).toHaveLength(1);
  });

  it('is told although Slack does not take its picture, nor its blocks', async () => {
    slack.workspace.imagesReachable = false;
    expect(await tell('trigger', { chartUrl: 'https://house.example.com/chart.png' })).toMatchObject({ result: 'delivered' });
    expect(messages()[0]?.blocks.map(({ type }) => type)).not.toContain('image');
    slack.answer({ status: 200, body: '{"ok":false,"error":"msg_blocks_too_long"}' });
    expect(await tell('ack', { incident: { ...incident, acknowledged: { by: 'ada', at: now } } })).toMatchObject({ result: 'delivered' });
    expect([messages()[0]?.blocks, messages()[0]?.text]).toEqual([[], expect.stringContaining('Acknowledged by ada')]);
  });

  it('is told although its thread takes no replies', async () => {
    await tell('trigger');
    slack.answer({ status: 200, body: '{"ok":false,"error":"restricted_action_thread_locked"}', of: 'chat.postMessage' });
    expect(await tell('resolve', over())).toMatchObject({ result: 'delivered', answer: expect.stringContaining('thread_locked') });
  });

  it('calls and leads nobody, whatever stands in it', async () => {
    slack.workspace.burst = slack.workspace.perMinute = Number.POSITIVE_INFINITY;
    const text = hostileText(300);
    const allowed = new Set(['https://house.example.com', 'https://runbooks.example.com']);
    await fc.assert(
      fc.asyncProperty(text, text, text, async (id, app, reason) => {
        ref = null;
        const acknowledged = { by: app, at: now };
        const changes = { labels: { app, [app]: reason }, reason, headline: app, incident: { ...incident, id: `i${id}`, acknowledged } };
        for (const kind of ['trigger', 'escalate', 'remind', 'resolve'] as const)
          expect(await tell(kind, { ...changes, rule: { ...sampleNotice.rule, name: id, summary: reason } })).toMatchObject({
            result: 'delivered',
          });
      }),
      { numRuns: 50 },
    );
    expect(slack.refusals).toEqual([]);
    for (const { mentions, links } of slack.workspace.messages.map(readable))
      expect([mentions, links.filter((link) => !allowed.has(new URL(link).origin))]).toEqual([[], []]);
  });
});

describe('a message whose answer was lost', () => {
  it('is found, and not posted again', async () => {
    const delivery = deliveryOf('trigger');
    slack.answer({ hangUp: 'after' });
    expect(await send(delivery)).toMatchObject({ result: 'later', status: null, ambiguous: true });
    now += 2_000;
    expect(await send(delivery, { possiblySent: true })).toMatchObject({
      result: 'delivered',
      answer: 'found: it had arrived',
      ref: `${channel}:${messages()[0]?.ts}`,
    });
    expect(messages()).toHaveLength(1);
    await tell('resolve', over());
    expect(heads()).toEqual(['✅ [RESOLVED]']);
  });

  it.each([15, 999])('is found among many others, %d a page', async (pageSize) => {
    Object.assign(slack.workspace, { burst: 100, pageSize });
    const delivery = deliveryOf('trigger');
    const other = { incident: { ...incident, id: 'another-1' }, rule: { ...sampleNotice.rule, summary: 'x'.repeat(1_400) } };
    for (let made = 0; made < 40; made++) await send(deliveryOf('trigger', other), { ref: null });
    slack.answer({ hangUp: 'after' });
    ref = null;
    await send(delivery);
    expect(await send(delivery, { possiblySent: true })).toMatchObject({ answer: 'found: it had arrived' });
    expect(messages()).toHaveLength(41);
  });

  it('is no reply that the channel shows too', async () => {
    await tell('trigger');
    await tell('escalate');
    expect(replies()).toHaveLength(1);
    ref = null;
    await tell('resolve', over());
    expect(heads()).toEqual(['✅ [RESOLVED]']);
  });

  it('is posted where it did not arrive', async () => {
    const delivery = deliveryOf('trigger');
    slack.answer({ hangUp: 'before' });
    expect(await send(delivery)).toMatchObject({ result: 'later', ambiguous: true });
    expect(await send(delivery, { possiblySent: true })).toMatchObject({ result: 'delivered' });
    expect(messages()).toHaveLength(1);
  });

  it('is edited to its end where that comes first', async () => {
    slack.answer({ hangUp: 'after' });
    await tell('trigger');
    expect(await tell('resolve', over())).toMatchObject({ result: 'delivered', ref: `${channel}:${messages()[0]?.ts}` });
    expect([heads(), replies()]).toEqual([['✅ [RESOLVED]'], ['Resolved after 5 min: recovered']]);
  });

  it('is not told to be over where it never arrived', async () => {
    slack.answer({ hangUp: 'before' });
    await tell('trigger');
    expect(await tell('resolve', over())).toEqual({
      result: 'delivered',
      status: 0,
      answer: 'not sent: nobody was told here that it began',
    });
    expect(slack.workspace.messages).toEqual([]);
  });

  it('is told late where it never arrived and goes on', async () => {
    slack.answer({ hangUp: 'before' });
    await tell('trigger');
    expect(await tell('remind')).toMatchObject({ result: 'delivered', ref: expect.any(String) });
    expect(messages()).toHaveLength(1);
  });

  it('of a thread is found there', async () => {
    await tell('trigger');
    const delivery = deliveryOf('escalate');
    slack.answer({ hangUp: 'after', of: 'chat.postMessage' });
    expect(await send(delivery)).toMatchObject({ result: 'later', ambiguous: true });
    expect(await send(delivery, { possiblySent: true })).toMatchObject({ result: 'delivered' });
    expect(replies()).toHaveLength(1);
  });

  it('of a thread is said where it did not arrive', async () => {
    await tell('trigger');
    const delivery = deliveryOf('escalate');
    slack.answer({ hangUp: 'before', of: 'chat.postMessage' });
    await send(delivery);
    expect(await send(delivery, { possiblySent: true })).toMatchObject({ result: 'delivered' });
    expect(replies()).toHaveLength(1);
  });

  it('is no message of another channel of the house, and of no other incident', async () => {
    await tell('trigger');
    const other = { ...deliveryOf('trigger'), channel: 'slack-two', id: 'two' };
    await send(other, { ref: null, possiblySent: true });
    await send(deliveryOf('trigger', { incident: { ...incident, id: 'another-1' } }), { ref: null, possiblySent: true });
    expect(messages()).toHaveLength(3);
  });

  it('waits where Slack has no time to look', async () => {
    const delivery = deliveryOf('trigger');
    slack.answer({ status: 429, headers: { 'retry-after': '7' }, body: '{"ok":false,"error":"ratelimited"}' });
    expect(await send(delivery, { possiblySent: true })).toMatchObject({ result: 'later', retryAfterMs: 7_000, ambiguous: false });
    expect(messages()).toEqual([]);
  });

  describe('and nobody may look', () => {
    beforeEach(() => {
      slack.workspace.scopes.delete('channels:history');
    });

    it('is told again where it is critical, and says so', async () => {
      expect(await send(deliveryOf('trigger'), { possiblySent: true })).toMatchObject({ result: 'delivered' });
      expect(readable(messages()[0]!).lines).toContain('Perhaps told twice: the answer to an earlier attempt was lost');
    });

    it('is not told again where it is none', async () => {
      expect(await send(deliveryOf('trigger', { severity: 'warning' }), { possiblySent: true })).toEqual({
        ...{ result: 'unknown', status: null },
        reason: 'unknown whether it arrived: missing_scope, needs channels:history',
      });
      expect(messages()).toEqual([]);
    });

    it('of a thread is said again where it is critical only', async () => {
      await tell('trigger');
      await send(deliveryOf('remind', { severity: 'warning' }), { possiblySent: true });
      expect(replies()).toEqual([]);
      await send(deliveryOf('remind'), { possiblySent: true });
      expect(replies()).toHaveLength(1);
    });
  });
});

describe('an attempt', () => {
  it('is made again as late as Slack asks for', async () => {
    slack.workspace.burst = 1;
    await tell('trigger', { incident: { ...incident, id: 'first' } });
    ref = null;
    const delivery = deliveryOf('trigger');
    expect(await send(delivery)).toEqual({ result: 'later', status: 429, reason: 'ratelimited', retryAfterMs: 1_000, ambiguous: false });
    now += 1_000;
    expect(await send(delivery)).toMatchObject({ result: 'delivered' });
  });

  it.each([
    ['a channel that was deleted', 'channel_not_found', () => slack.workspace.delete(channel)],
    ['a channel that was archived', 'is_archived', () => slack.workspace.archive(channel)],
    ['a token that was revoked', 'token_revoked', () => slack.revoke()],
  ])('with %s is the last one for all', async (_name, reason, happen) => {
    happen();
    expect(await tell('trigger')).toEqual({ result: 'refused', status: 200, reason, dead: true });
  });

  it('with a channel that was deleted under its message is the last one for all', async () => {
    await tell('trigger');
    slack.workspace.delete(channel);
    expect(await tell('resolve', over())).toMatchObject({ result: 'refused', dead: true });
  });

  it('is the last one where Slack lets nobody speak any more, although its message was edited', async () => {
    await tell('trigger');
    slack.answer({ status: 200, body: '{"ok":false,"error":"restricted_action"}', of: 'chat.postMessage' });
    expect(await tell('escalate')).toMatchObject({ result: 'refused', dead: true });
  });

  it('with another token says nothing of it', async () => {
    slack.answer({ status: 200, body: '{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["xoxb-1"]}}' });
    slack.answer({ status: 200, body: '{"ok":false,"error":"bad xoxb-1"}' });
    expect(await tell('trigger')).toMatchObject({ reason: 'bad [token]' });
  });

  it('of a process that ends decides nothing', async () => {
    await expect(send(deliveryOf('trigger'), { signal: AbortSignal.abort(new Error('the end')) })).rejects.toThrow('the end');
    expect(slack.requests).toEqual([]);
  });

  it('that finds nobody was not made', async () => {
    await slack.close();
    expect(await tell('trigger')).toMatchObject({ result: 'later', status: null, ambiguous: false });
  });
});
