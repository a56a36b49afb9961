import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeServerCertificate } from '../../../../../infra/native/server-certificate.ts';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice } from '../../notices/notice.ts';
import { sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Sent } from '../channel.ts';
import { type CheckedAnswer, postChecked, type Resolve } from './post-checked.ts';
import { RecordingWebhook } from './recording-webhook.contract.ts';
import { WebhookChannel, type WebhookOptions } from './webhook-channel.ts';

const [secret, newSecret] = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`) as [string, string];
/** Nobody routes it: https://www.rfc-editor.org/rfc/rfc5737 */
const nowhere = '203.0.113.7';

let receiver: RecordingWebhook;
beforeEach(async () => {
  receiver = await RecordingWebhook.start(secret);
});
afterEach(() => receiver.close());

const signal = new AbortController().signal;
const channelTo = (changes: Partial<WebhookOptions> = {}) =>
  new WebhookChannel('hook', { url: `http://127.0.0.1:${receiver.port}/hook`, secret, allowPrivate: true, ...changes });
/** Receivers refuse what was signed long ago: these are signed now. */
const sendBy = (channel: WebhookChannel, changes: Partial<Notice> = {}, id = 'delivery-1', from = signal): Promise<Sent> =>
  channel.send(
    { id, channel: 'hook', seq: 1, notice: { ...sampleNotice, ...changes } },
    { signal: from, now: Date.now(), ref: null, possiblySent: false },
  );

describe('a webhook', () => {
  it('is verified by its receiver', async () => {
    expect(await sendBy(channelTo())).toEqual({ result: 'delivered', status: 204, answer: 'HTTP 204' });
    expect(receiver.events).toMatchObject([
      { id: 'delivery-1', event: { type: 'alert.fired', data: { schema: 1, incident: { id: 'f3a1c0de-1' } } } },
    ]);
  });

  it('has the same id in every attempt', async () => {
    const channel = channelTo();
    receiver.answer({ status: 500 }, {});
    for (const result of ['later', 'delivered']) expect(await sendBy(channel)).toMatchObject({ result });
    expect(receiver.events.map(({ id }) => id)).toEqual(['delivery-1', 'delivery-1']);
  });

  it.each([`${newSecret} ${secret}`, `${secret} ${newSecret}`])('is verified by who knows one of two secrets', async (both) => {
    expect(await sendBy(channelTo({ secret: both }))).toMatchObject({ result: 'delivered' });
  });

  it('is refused by who knows another secret', async () => {
    expect(await sendBy(channelTo({ secret: newSecret }))).toMatchObject({ result: 'refused', status: 401, dead: false });
    expect(receiver.refusals).toEqual(['No matching signature found']);
  });

  it('is signed as it is sent, whatever stands in it', async () => {
    const channel = channelTo();
    await fc.assert(
      fc.asyncProperty(hostileText(60), hostileText(60), hostileText(60), async (id, tool, reason) => {
        receiver.events.length = 0;
        expect(await sendBy(channel, { labels: { tool, [tool]: reason }, reason }, id)).toMatchObject({ result: 'delivered' });
        expect(receiver.events[0]?.event.data.labels.tool).toBe(tool === 'tool' ? reason : tool);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an attempt', () => {
  it.each([408, 429, 500, 503])('is made again after HTTP %d', async (status) => {
    receiver.answer({ status, headers: { 'retry-after': '7' } });
    expect(await sendBy(channelTo())).toEqual({ result: 'later', status, reason: `HTTP ${status}`, retryAfterMs: 7_000, ambiguous: false });
  });

  it.each([
    [400, false],
    [404, false],
    [410, true],
  ])('is the last one after HTTP %d, and of the channel: %s', async (status, dead) => {
    receiver.answer({ status });
    expect(await sendBy(channelTo())).toEqual({ result: 'refused', status, reason: `HTTP ${status}`, dead });
  });

  it('follows nobody elsewhere', async () => {
    const canary = await RecordingWebhook.start(secret);
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer({ status, headers: { location: `http://127.0.0.1:${canary.port}/` } });
      expect(await sendBy(channelTo())).toMatchObject({
        result: 'refused',
        status,
        reason: `HTTP ${status}: redirects are not followed`,
        dead: false,
      });
    }
    expect(canary.connections).toBe(0);
    await canary.close();
  });

  it.each([
    ['hangs up', 'later'],
    ['silent', 'later'],
    ['stalling', 'delivered'],
  ] as const)('to a receiver that is %s is %s', async (misbehave, result) => {
    receiver.answer({ misbehave });
    const sent = await sendBy(channelTo({ timeoutMs: 300 }));
    expect(sent).toMatchObject(result === 'later' ? { result, status: null, ambiguous: true } : { result, status: 200 });
  });

  it('reads the beginning of an answer that never ends', async () => {
    receiver.answer({ misbehave: 'endless' });
    expect(await sendBy(channelTo())).toMatchObject({ result: 'delivered', status: 200 });
    expect(receiver.poured).toBeLessThan(64 * 1_024 * 1_024);
  });

  it('tells nothing of what a receiver writes', async () => {
    receiver.answer({ status: 500, headers: { 'x-secret': 'canary' } });
    expect(JSON.stringify(await sendBy(channelTo()))).not.toContain('canary');
  });

  it('that finds nobody was not made', async () => {
    const channel = channelTo();
    await receiver.close();
    expect(await sendBy(channel)).toMatchObject({ result: 'later', status: null, ambiguous: false });
    receiver = await RecordingWebhook.start(secret);
  });

  it('of a process that ends decides nothing', async () => {
    await expect(sendBy(channelTo(), {}, 'd', AbortSignal.abort(new Error('the end')))).rejects.toThrow('the end');
    expect(receiver.connections).toBe(0);
  });
});

describe('a name', () => {
  /** Answers one after another, and how often it was asked. */
  const resolver = (...answers: readonly (readonly string[])[]) => {
    const asked: string[] = [];
    const resolve: Resolve = async (host) => {
      asked.push(host);
      return answers[Math.min(asked.length, answers.length) - 1]!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    return { resolve, asked };
  };
  /** The receiver on this machine is the one that must not be reached. */
  const postTo = (resolve: Resolve): Promise<CheckedAnswer> =>
    postChecked({
      ...{
        url: new URL(`http://hooks.example.com:${receiver.port}/`),
        headers: {},
        body: Buffer.from('{}'),
        signal,
        now: 0,
        timeoutMs: 200,
      },
      ...{ resolve, allows: (address) => address === nowhere },
    });

  it('is resolved once, and what it leads to is connected to', async () => {
    const { resolve, asked } = resolver(['127.0.0.1']);
    expect(await sendBy(channelTo({ url: `http://hooks.example.com:${receiver.port}/hook`, resolve }))).toMatchObject({
      result: 'delivered',
    });
    expect([asked, receiver.connections]).toEqual([['hooks.example.com'], 1]);
  });

  it('that leads elsewhere after it was checked is not followed there', async () => {
    const { resolve, asked } = resolver([nowhere], ['127.0.0.1']);
    expect(await postTo(resolve)).toMatchObject({ status: null, refused: false, ambiguous: false });
    expect([asked.length, receiver.connections]).toEqual([1, 0]);
    expect(await postTo(resolve)).toMatchObject({ status: null, refused: true, ambiguous: false });
    expect([asked.length, receiver.connections]).toEqual([2, 0]);
  });

  it.each([[['127.0.0.1']], [[nowhere, '127.0.0.1']], [['127.0.0.1', nowhere]], [['::ffff:127.0.0.1']], [[]]])(
    'that leads to %p is refused',
    async (found) => {
      expect(await postTo(resolver(found).resolve)).toMatchObject({ status: null, refused: true });
      expect(receiver.connections).toBe(0);
    },
  );

  it.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', '64:ff9b::a9fe:a9fe', '0.0.0.0'])(
    'that leads to %s is refused by a channel',
    async (address) => {
      const strict = { allowPrivate: false, ports: [receiver.port], url: `http://hooks.example.com:${receiver.port}/` };
      const sent = await sendBy(channelTo({ ...strict, resolve: resolver([address]).resolve }));
      expect(sent).toMatchObject({
        result: 'refused',
        status: null,
        dead: false,
        reason: 'the name leads to an address that must not be posted to',
      });
      expect(receiver.connections).toBe(0);
    },
  );

  it('of this very machine is refused by the resolver of the system too', async () => {
    const sent = await sendBy(channelTo({ allowPrivate: false, ports: [receiver.port], url: `http://localhost:${receiver.port}/` }));
    expect([sent.result, receiver.connections]).toEqual(['refused', 0]);
  });

  it('that leads nowhere today may tomorrow', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND hooks.example.com'), { code: 'ENOTFOUND' }));
    expect(await postTo(resolve)).toEqual({
      status: null,
      reason: 'getaddrinfo ENOTFOUND hooks.example.com',
      refused: false,
      ambiguous: false,
    });
  });
});

describe('over TLS', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'beaconhouse-webhook-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('a receiver that cannot prove its name is told nothing', async () => {
    const { key, certificate } = await makeServerCertificate(dir, 'hooks');
    const tls = { key: await readFile(key), cert: await readFile(certificate) };
    const stranger = await RecordingWebhook.start(secret, (listener) => createTlsServer(tls, listener));
    const sent = await sendBy(channelTo({ url: `https://127.0.0.1:${stranger.port}/` }));
    expect(sent).toMatchObject({ result: 'later', status: null, reason: expect.stringContaining('self-signed'), ambiguous: false });
    expect([stranger.connections, stranger.events]).toEqual([1, []]);
    await stranger.close();
  });
});

describe('a channel that can never work is not built', () => {
  it.each<[Partial<WebhookOptions>, string]>([
    [{ allowPrivate: false, url: 'https://127.0.0.1/' }, 'channel hook: its address must not be posted to'],
    [{ url: 'ftp://hooks.example.com' }, 'channel hook: its address is not http:// or https://'],
    [{ secret: 'short' }, 'channel hook: a secret of it is not whsec_ and base64 of 24 to 64 bytes'],
  ])('%p', (changes, message) => {
    expect(() => channelTo(changes)).toThrow(message);
  });
});
