import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Delivery, Sent } from '../channel.ts';
import { EmailChannel, type EmailOptions } from './email-channel.ts';
import { RecordingSmtp } from './recording-smtp.contract.ts';

const [ada, bob] = ['Ada@Example.com', 'bob@example.com'];
const credentials = { user: 'house', password: 'p@ss' };

let smtp: RecordingSmtp;
beforeEach(async () => {
  smtp = await RecordingSmtp.start();
});
afterEach(() => smtp.close());

const channelTo = (changes: Partial<EmailOptions> = {}) =>
  new EmailChannel('mail', { smtpUrl: `smtp://${smtp.host}`, from: 'alerts@house.example.com', to: [ada, bob], ...changes });
const signal = new AbortController().signal;
const context = { signal, now: noticedAt, ref: null, possiblySent: false };
const deliveryOf = (seq: number, changes: Partial<Notice> = {}): Delivery => ({
  ...{ id: `delivery-${seq}`, channel: 'mail', seq },
  notice: { ...sampleNotice, ...changes },
});
const sendBy = (channel: EmailChannel, seq = 1, changes: Partial<Notice> = {}, from = signal): Promise<Sent> =>
  channel.send(deliveryOf(seq, changes), { ...context, signal: from });

describe('a mail', () => {
  it('reaches everybody, as text and as HTML', async () => {
    const sent = await sendBy(channelTo());
    const [mail] = smtp.mails;
    expect(sent).toMatchObject({
      result: 'delivered',
      status: 250,
      answer: expect.stringContaining('250'),
      ref: mail!.headers.get('message-id'),
    });
    expect([mail!.from, mail!.to.map((address) => address.toLowerCase())]).toEqual(['alerts@house.example.com', ['ada@example.com', bob]]);
    expect(mail!.headers.get('subject')).toMatch(/^\[CRITICAL\] mcp_tool_duration p95 3\.12 s > 2\.5 s/);
    expect(mail!.text).toContain('Runbook: https://runbooks.example.com/slow-tools');
    expect(mail!.html).toContain('<a href="https://house.example.com/alerts/incidents/f3a1c0de-1">Incident</a>');
  });

  it('says that no person wrote it, and loads nothing', async () => {
    await sendBy(channelTo());
    const { headers, html } = smtp.mails[0]!;
    expect([headers.get('auto-submitted'), headers.get('x-auto-response-suppress')]).toEqual(['auto-generated', 'All']);
    expect(html).not.toMatch(/<img|src=|url\(|<link|<script|cid:/i);
  });

  it('has its chart inside, which nothing loads from elsewhere', async () => {
    const chart = {
      png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0, 255]),
      alt: 'slow "calls" <b>',
      url: 'https://house.example.com/x',
    };
    await channelTo().send(deliveryOf(1), { ...context, chart: () => Promise.resolve(chart) });
    const { html, images, text } = smtp.mails[0]!;
    const [, cid, alt] = /<img src="cid:([^"]+)" width="640" height="260" alt="([^"]*)">/.exec(html)!;
    expect([alt, [...images]]).toEqual(['slow &quot;calls&quot; &lt;b&gt;', [[cid, { type: 'image/png', bytes: chart.png }]]]);
    expect(html.match(/src=|url\(/gi)).toEqual(['src=']);
    expect(text).not.toContain('cid:');
    expect(smtp.refusals).toEqual([]);
  });

  it('goes without a chart where there is none', async () => {
    expect(await channelTo().send(deliveryOf(1), { ...context, chart: () => Promise.resolve(null) })).toMatchObject({
      result: 'delivered',
    });
    expect([smtp.mails[0]!.images.size, smtp.mails[0]!.html.includes('<img')]).toEqual([0, false]);
  });

  it('is text alone where all of it was too large', async () => {
    const chart = () => Promise.reject(new Error('nobody asks for it'));
    expect(await channelTo().send({ ...deliveryOf(1), plain: true }, { ...context, chart })).toMatchObject({ result: 'delivered' });
    expect([smtp.mails[0]!.images.size, smtp.mails[0]!.html]).toEqual([0, '']);
    expect(smtp.mails[0]!.text).toContain('Runbook: https://runbooks.example.com/slow-tools');
  });

  it('is one thread for an incident, in every attempt the same', async () => {
    const channel = channelTo();
    for (const seq of [1, 2, 2]) await sendBy(channel, seq);
    const [first, second, again] = smtp.mails.map(({ headers }) => headers);
    expect(second!.get('references')).toBe(first!.get('message-id'));
    expect(second!.get('in-reply-to')).toBe(first!.get('message-id'));
    expect(again!.get('message-id')).toBe(second!.get('message-id'));
    expect(first!.has('references')).toBe(false);
  });

  it('has no header and no recipient that a page made up', async () => {
    const channel = channelTo();
    await fc.assert(
      fc.asyncProperty(hostileText(60), hostileText(60), async (headline, release) => {
        smtp.mails.length = 0;
        expect(await sendBy(channel, 2, { headline, labels: { tool: headline }, deploy: { release, at: 0 } })).toMatchObject({
          result: 'delivered',
        });
        const { headers, to } = smtp.mails[0]!;
        expect([...headers.keys()].sort()).toEqual([
          'auto-submitted',
          'content-type',
          'date',
          'from',
          'in-reply-to',
          'message-id',
          'mime-version',
          'references',
          'subject',
          'to',
          'x-auto-response-suppress',
        ]);
        expect(to).toHaveLength(2);
      }),
      { numRuns: 15 },
    );
    expect(smtp.refusals).toEqual([]);
  });
});

describe('the server', () => {
  it.each(['connect', 'mail', 'data'] as const)('that is busy at %s is asked again', async (at) => {
    smtp.reply({ at, code: 451 });
    const channel = channelTo();
    expect(await sendBy(channel)).toMatchObject({ result: 'later', status: 451, ambiguous: false });
    expect(await sendBy(channel)).toMatchObject({ result: 'delivered' });
  });

  it.each([
    ['connect', true],
    ['mail', true],
    ['data', false],
  ] as const)('that refuses at %s is not asked again, nor, if that is %s, for other mails', async (at, dead) => {
    smtp.reply({ at, code: 554 });
    expect(await sendBy(channelTo())).toMatchObject({ result: 'refused', status: 554, dead });
  });

  it.each([
    ['mail', false],
    ['data', true],
  ] as const)('that hangs up at %s may have taken the mail: %s', async (at, ambiguous) => {
    smtp.reply({ at, hangUp: true });
    expect(await sendBy(channelTo())).toMatchObject({ result: 'later', status: null, ambiguous });
  });

  it.each([
    ['connect', false],
    ['data', true],
  ] as const)('that falls silent at %s may have taken the mail: %s', async (at, ambiguous) => {
    smtp.reply({ at, silent: true });
    expect(await sendBy(channelTo({ timeoutMs: 1_500 }))).toMatchObject({ result: 'later', status: null, ambiguous });
  });

  it('that is not there is looked for again', async () => {
    const channel = channelTo();
    await smtp.close();
    expect(await sendBy(channel)).toMatchObject({ result: 'later', status: null, ambiguous: false });
    smtp = await RecordingSmtp.start();
  });

  it('is not asked where the process ends', async () => {
    await expect(sendBy(channelTo(), 1, {}, AbortSignal.abort(new Error('the end')))).rejects.toThrow('the end');
  });

  it('decides nothing where the process ends meanwhile', async () => {
    smtp.reply({ at: 'data', silent: true });
    const ending = new AbortController();
    const sending = sendBy(channelTo(), 1, {}, ending.signal);
    smtp.onWaiting(() => ending.abort(new Error('the end')));
    await expect(sending).rejects.toThrow('the end');
  });
});

describe('recipients', () => {
  it('of whom one is refused: the others have the mail, and it is said who has not', async () => {
    smtp.refuse(bob, 550);
    expect(await sendBy(channelTo())).toMatchObject({
      result: 'delivered',
      answer: expect.stringMatching(/not taken for bob@example\.com: .*550/),
    });
    expect(smtp.mails.map(({ to }) => to.length)).toEqual([1]);
  });

  it('of whom one must wait: nobody has the mail twice', async () => {
    const channel = channelTo();
    smtp.refuse(bob, 450);
    for (const _ of [1, 2]) expect(await sendBy(channel)).toMatchObject({ result: 'later', status: 450 });
    smtp.refuse(bob);
    expect(await sendBy(channel)).toMatchObject({ result: 'delivered' });
    expect(smtp.mails.map(({ to }) => to.map((address) => address.toLowerCase()))).toEqual([['ada@example.com'], [bob]]);
    expect(smtp.mails.every(({ headers }) => headers.get('to')!.includes('Ada@'))).toBe(true);
  });

  it('of whom one waits and is refused then: the mail was delivered', async () => {
    const channel = channelTo();
    smtp.refuse(bob, 450);
    await sendBy(channel);
    smtp.refuse(bob, 550);
    expect(await sendBy(channel)).toMatchObject({ result: 'delivered', status: 550, answer: expect.stringContaining('not taken by all') });
  });

  it('who are all refused are written to no more', async () => {
    for (const address of [ada, bob]) smtp.refuse(address, 550);
    expect(await sendBy(channelTo())).toMatchObject({ result: 'refused', status: 550, dead: true });
  });

  it('of whom some must wait and all others are refused are written to again', async () => {
    smtp.refuse(ada, 550);
    smtp.refuse(bob, 450);
    expect(await sendBy(channelTo())).toMatchObject({ result: 'later', status: 450 });
  });
});

describe('a password', () => {
  beforeEach(async () => {
    await smtp.close();
    smtp = await RecordingSmtp.start(credentials);
  });
  const urlWith = (password: string, query = '?ignoreTLS=true') => `smtp://house:${encodeURIComponent(password)}@${smtp.host}/${query}`;

  it('opens the server', async () => {
    expect(await sendBy(channelTo({ smtpUrl: urlWith(credentials.password) }))).toMatchObject({ result: 'delivered' });
  });

  it('that is wrong is not tried again, and never told', async () => {
    const sent = await sendBy(channelTo({ smtpUrl: urlWith('wrong-secret') }));
    expect(sent).toMatchObject({ result: 'refused', status: 535, dead: true });
    expect(JSON.stringify(sent)).not.toContain('wrong-secret');
  });

  it('does not go over a connection that others can read', async () => {
    expect(await sendBy(channelTo({ smtpUrl: urlWith(credentials.password, '') }))).toMatchObject({ result: 'refused', dead: true });
    expect(smtp.mails).toEqual([]);
  });

  it.each(['http://mail.example.com', 'mail.example.com', 'smtp://', '', 'smtp://a b', 'smtp://mail.example.com:99999'])(
    '%p is the address of no mail server',
    (smtpUrl) => {
      expect(() => channelTo({ smtpUrl })).toThrow('channel mail: the address of its server is not smtp:// or smtps://');
    },
  );
});
