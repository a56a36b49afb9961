import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordingSlack } from './recording-slack.contract.ts';
import { readable } from './slack-workspace.contract.ts';

const channel = 'C0ALERTS';
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = { type: 'section', text: plain('s') };
const button = { type: 'button', action_id: 'a', text: plain('A') };

let now: number;
let slack: RecordingSlack;
beforeEach(async () => {
  now = Date.UTC(2026, 4, 6, 10);
  slack = await RecordingSlack.start('xoxb-1', () => now);
  slack.workspace.burst = 100;
});
afterEach(() => slack.close());

const json = { 'content-type': 'application/json; charset=utf-8' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

interface Answered {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts: string;
  readonly messages: readonly { readonly ts: string }[];
  readonly response_metadata: { readonly next_cursor: string };
}

async function call(method: string, body: object | string, headers: Record<string, string> = json, token: string | null = 'xoxb-1') {
  const answer = await fetch(`${slack.url}/${method}`, {
    ...{ method: 'POST', headers: { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: answer.status,
    wait: answer.headers.get('retry-after'),
    ...((await answer.json()) as Answered),
  };
}
const post = (changes: object = {}) => call('chat.postMessage', { channel, text: 't', ...changes });
const ask = (method: string, question: Record<string, string>) =>
  call(method, new URLSearchParams({ channel, ...question }).toString(), form);

describe('refuses', () => {
  it.each<[string, string, object]>([
    ['another channel', 'channel_not_found', { channel: 'C0NOWHERE' }],
    ['no text', 'no_text', { text: '' }],
    ['text alone in blocks', 'no_text', { text: undefined, blocks: [section] }],
    ['text that is not escaped', 'invalid_arguments', { text: 'a < b' }],
    ['half an entity', 'invalid_arguments', { text: 'a &am' }],
    ['a link to a script', 'invalid_arguments', { text: '<javascript:alert(1)|x>' }],
    ['half a character', 'invalid_arguments', { text: 'a\ud800' }],
    ['too much text', 'msg_too_long', { text: 'x'.repeat(40_001) }],
    ['an argument that Slack does not know', 'invalid_arguments', { title: 'x' }],
    ['blocks that are none', 'invalid_blocks_format', { blocks: {} }],
    ['a block that Slack does not know', 'invalid_blocks', { blocks: [{ type: 'heading', text: plain('x') }] }],
    ['a field that a block has not', 'invalid_blocks', { blocks: [{ ...section, title: 'x' }] }],
    ['a section of nothing', 'invalid_blocks', { blocks: [{ type: 'section' }] }],
    ['a section of spaces', 'invalid_blocks', { blocks: [{ type: 'section', text: plain(' \n') }] }],
    ['a header in markup', 'invalid_blocks', { blocks: [{ type: 'header', text: mrkdwn('x') }] }],
    ['a long header', 'invalid_blocks', { blocks: [{ type: 'header', text: plain('x'.repeat(151)) }] }],
    ['a long section', 'invalid_blocks', { blocks: [{ type: 'section', text: plain('x'.repeat(3_001)) }] }],
    ['eleven fields', 'invalid_blocks', { blocks: [{ type: 'section', fields: Array(11).fill(plain('x')) }] }],
    ['a long field', 'invalid_blocks', { blocks: [{ type: 'section', fields: [plain('x'.repeat(2_001))] }] }],
    ['markup that is not escaped', 'invalid_blocks', { blocks: [{ type: 'section', text: mrkdwn('a & b') }] }],
    ['51 blocks', 'invalid_blocks', { blocks: Array(51).fill(section) }],
    ['two buttons of one name', 'invalid_blocks', { blocks: [{ type: 'actions', elements: [button, button] }] }],
    ['a long value', 'invalid_blocks', { blocks: [{ type: 'actions', elements: [{ ...button, value: 'x'.repeat(2_001) }] }] }],
    ['a button to a script', 'invalid_blocks', { blocks: [{ type: 'actions', elements: [{ ...button, url: 'javascript:alert(1)' }] }] }],
    ['an image without words', 'invalid_blocks', { blocks: [{ type: 'image', image_url: 'https://a.example.com/b.png' }] }],
    ['too much of all', 'msg_blocks_too_long', { blocks: Array(5).fill({ type: 'section', text: plain('x'.repeat(2_900)) }) }],
    ['metadata of another shape', 'invalid_metadata_format', { metadata: { event_type: 'x' } }],
    ['metadata in metadata', 'invalid_metadata_format', { metadata: { event_type: 'x', event_payload: { a: { b: 1 } } } }],
    ['a reply to nothing', 'thread_not_found', { thread_ts: '1777000000.000001' }],
    ['what is no time', 'invalid_arguments', { thread_ts: 'yesterday' }],
  ])('%s: %s', async (_name, error, changes) => {
    expect(await post(changes)).toMatchObject({ status: 200, ok: false, error });
    expect([slack.refusals.length, slack.workspace.messages]).toEqual([1, []]);
  });

  it('whoever has no token, another, or one that was revoked', async () => {
    expect(await call('chat.postMessage', {}, json, null)).toMatchObject({ error: 'not_authed' });
    expect(await call('chat.postMessage', {}, json, 'xoxb-2')).toMatchObject({ error: 'invalid_auth' });
    slack.revoke();
    expect(await post()).toMatchObject({ error: 'token_revoked' });
  });

  it('other types and other methods', async () => {
    expect(await call('chat.postMessage', { channel, text: 't' }, form)).toMatchObject({ error: 'invalid_post_type' });
    expect(await call('conversations.history', { channel })).toMatchObject({ error: 'invalid_post_type' });
    expect(await call('chat.postMessage', '{')).toMatchObject({ error: 'json_not_object' });
    expect(await call('chat.shout', {})).toMatchObject({ error: 'unknown_method' });
  });

  it('what goes to an archived channel', async () => {
    const { ts } = await post();
    slack.workspace.archive(channel);
    expect(await post()).toMatchObject({ error: 'is_archived' });
    expect(await call('chat.update', { channel, ts, text: 't' })).toMatchObject({ error: 'is_inactive' });
  });

  it('an image that it cannot fetch', async () => {
    slack.workspace.imagesReachable = false;
    const image = { type: 'image', image_url: 'https://a.example.com/b.png', alt_text: 'b' };
    expect(await post({ blocks: [image] })).toMatchObject({ error: 'invalid_blocks' });
  });
});

describe('keeps', () => {
  it('messages, their edits and their threads', async () => {
    const { ts } = await post();
    expect(await call('chat.update', { channel, ts, text: 'edited' })).toMatchObject({ ok: true, ts });
    const reply = await post({ text: 'reply', thread_ts: ts });
    expect(await post({ thread_ts: reply.ts })).toMatchObject({ error: 'cannot_reply_to_message' });
    expect(slack.workspace.topLevel(channel).map(({ text, versions }) => [text, versions.length])).toEqual([['edited', 2]]);
    expect(slack.workspace.repliesTo(ts).map(({ text }) => text)).toEqual(['reply']);
  });

  it('nothing under a time that was none, or that was deleted', async () => {
    const { ts } = await post();
    slack.workspace.deleteMessage(ts);
    expect(await call('chat.update', { channel, ts, text: 't' })).toMatchObject({ error: 'message_not_found' });
  });

  it('metadata, and shows it to who asks for it', async () => {
    const metadata = { event_type: 'e', event_payload: { id: '1' } };
    const { ts } = await post({ metadata });
    await post({ thread_ts: ts, metadata });
    expect((await ask('conversations.history', {})).messages).toMatchObject([{ ts, metadata: { event_type: 'e' } }]);
    expect((await ask('conversations.history', { include_all_metadata: 'true' })).messages).toMatchObject([{ ts, metadata }]);
    expect((await ask('conversations.replies', { ts, include_all_metadata: 'true' })).messages).toMatchObject([{ ts }, { metadata }]);
    expect(await ask('conversations.replies', { ts: '1777000000.000001' })).toMatchObject({ error: 'thread_not_found' });
  });

  it('pages of messages, the oldest that were asked for first', async () => {
    await post();
    now += 60_000;
    const later = [(await post()).ts, (await post()).ts, (await post()).ts];
    slack.workspace.pageSize = 2;
    const oldest = `${now / 1_000}.000000`;
    const first = await ask('conversations.history', { oldest });
    expect(first.messages.map(({ ts }) => ts)).toEqual([later[1], later[0]]);
    const second = await ask('conversations.history', { oldest, cursor: first.response_metadata.next_cursor });
    expect([second.messages.map(({ ts }) => ts), second.response_metadata.next_cursor]).toEqual([[later[2]], '']);
  });

  it('messages from whoever may not read them', async () => {
    slack.workspace.scopes.delete('channels:history');
    expect(await ask('conversations.history', {})).toMatchObject({ error: 'missing_scope', needed: 'channels:history' });
  });
});

describe('takes', () => {
  it('one message a second and channel beyond a short burst', async () => {
    slack.workspace.burst = 2;
    await post();
    now += 500;
    await post();
    expect(await post()).toMatchObject({ status: 429, wait: '2', error: 'ratelimited' });
    now += 1_500;
    expect(await post()).toMatchObject({ ok: true });
    expect(await post()).toMatchObject({ status: 429, wait: '1' });
  });

  it('so many edits a minute', async () => {
    slack.workspace.perMinute = 1;
    const { ts } = await post();
    expect(await call('chat.update', { channel, ts, text: 't' })).toMatchObject({ ok: true });
    expect(await call('chat.update', { channel, ts, text: 't' })).toMatchObject({ status: 429, wait: '60' });
  });
});

describe('the webhook', () => {
  async function hook(body: object | string, headers: Record<string, string> = json) {
    const answer = await fetch(slack.webhookUrl, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
    return [answer.status, await answer.text()];
  }

  it('says ok', async () => {
    expect(await hook({ text: 't', blocks: [section] })).toEqual([200, 'ok']);
    expect(slack.workspace.topLevel(channel)).toHaveLength(1);
  });

  it.each<[string, object | string, string]>([
    ['no JSON', '{', 'invalid_payload'],
    ['a field that it does not know', { text: 't', channel: 'C0OTHER' }, 'invalid_payload'],
    ['no text', { blocks: [section] }, 'no_text'],
    ['a block that it does not know', { text: 't', blocks: [{ type: 'heading' }] }, 'invalid_blocks'],
  ])('refuses %s', async (_name, body, said) => {
    expect(await hook(body)).toEqual([400, said]);
  });

  it('says where there is no channel, no webhook and no room', async () => {
    slack.workspace.archive(channel);
    expect(await hook({ text: 't' })).toEqual([410, 'channel_is_archived']);
    slack.workspace.delete(channel);
    expect(await hook({ text: 't' })).toEqual([404, 'channel_not_found']);
    slack.workspace.burst = 1;
    expect(await hook({ text: 't' })).toEqual([429, 'rate_limited']);
    slack.revoke();
    expect(await hook({ text: 't' })).toEqual([404, 'no_service']);
  });
});

it('answers as it is told to', async () => {
  slack.answer({ status: 503, body: '{}' }, { hangUp: 'before' }, { hangUp: 'after' });
  expect(await post()).toMatchObject({ status: 503 });
  await expect(post()).rejects.toThrow();
  await expect(post()).rejects.toThrow();
  expect(slack.workspace.messages).toHaveLength(1);
  slack.answer({ status: 500, body: '{}', of: 'webhook' });
  expect(await post()).toMatchObject({ ok: true });
});

it('makes links of what looks like one, where nobody says that it should not', async () => {
  const text = 'see https://evil.example.com/x <https://house.example.com|there>';
  await post({ text });
  await post({ text, parse: 'none' });
  await post({ parse: 'none', blocks: [{ type: 'context', elements: [mrkdwn(text), { ...mrkdwn(text), verbatim: true }, plain(text)] }] });
  const [evil, house] = ['https://evil.example.com/x', 'https://house.example.com'];
  expect(slack.workspace.messages.map((message) => readable(message).links)).toEqual([[house, evil], [house], [house, house, evil]]);
});
