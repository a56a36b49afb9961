import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifySlack } from './slack-signature.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
/** From Slack's own documentation. */
const body = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const signature = 'a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const timestamp = '1531420618';
const now = Number(timestamp) * 1_000;
const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
const signed = (bytes: Uint8Array, at = timestamp) => ({
  'x-slack-request-timestamp': at,
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:`).update(bytes).digest('hex')}`,
});

describe('a request', () => {
  it('of Slack is known by its signature', () => {
    expect(verifySlack(body, headers, now, secret)).toEqual({ ok: true, signature });
    expect(verifySlack(body, { ...headers, 'x-slack-signature': `v0=${signature.toUpperCase()}` }, now, secret)).toEqual({
      ok: true,
      signature,
    });
  });

  it('is known by its bytes, not by what they mean', () => {
    const raw = Buffer.from([0x70, 0xff, 0x00, 0x80]);
    expect(verifySlack(raw, signed(raw), now, secret).ok).toBe(true);
    expect(verifySlack(Buffer.from(raw.toString()), signed(raw), now, secret).ok).toBe(false);
  });

  it.each([
    [5 * 60_000, true],
    [5 * 60_000 + 1, false],
    [-5 * 60_000, true],
    [-5 * 60_000 - 1, false],
  ])('that is %d ms old is believed: %p', (age, believed) => {
    expect(verifySlack(body, headers, now + age, secret).ok).toBe(believed);
  });

  it.each([
    ['another body', Buffer.concat([body, Buffer.from('&')]), headers],
    ['another time', body, { ...headers, 'x-slack-request-timestamp': '1531420619' }],
    ['no time', body, { ...headers, 'x-slack-request-timestamp': undefined }],
    ['two times', body, { ...headers, 'x-slack-request-timestamp': [timestamp, timestamp] }],
    ['a time that is none', body, { ...headers, 'x-slack-request-timestamp': '1531420618.5' }],
    ['no signature', body, { ...headers, 'x-slack-signature': undefined }],
    ['two signatures', body, { ...headers, 'x-slack-signature': [`v0=${signature}`] }],
    ['another version', body, { ...headers, 'x-slack-signature': `v1=${signature}` }],
    ['half a signature', body, { ...headers, 'x-slack-signature': `v0=${signature.slice(0, 32)}` }],
    ['a longer signature', body, { ...headers, 'x-slack-signature': `v0=${signature}00` }],
    ['a signature that is none', body, { ...headers, 'x-slack-signature': `v0=${'g'.repeat(64)}` }],
    ['one bit changed', body, { ...headers, 'x-slack-signature': `v0=${signature.slice(0, -1)}2` }],
  ])('with %s is not of Slack', (_name, bytes, given) => {
    expect(verifySlack(bytes, given, now, secret)).toMatchObject({ ok: false, reason: expect.any(String) });
  });

  it('signed with another secret is not of Slack', () => {
    expect(verifySlack(body, headers, now, `${secret}x`)).toEqual({ ok: false, reason: 'it is not signed by Slack' });
  });
});
