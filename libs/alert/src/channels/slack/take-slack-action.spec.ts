import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type SlackOperations, takeSlackAction } from './take-slack-action.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const now = Date.UTC(2026, 4, 6, 10);
const value = 'incident=f3a1c0de-1&delivery=f3a1c0de-1.slack.1';

function bodyOf(action: string): Buffer {
  const user = { id: 'U061F7AUR', username: 'ada' };
  const payload = JSON.stringify({
    type: 'block_actions',
    user,
    actions: [{ type: 'button', action_id: action, value, action_ts: '1.2' }],
  });
  return Buffer.from(new URLSearchParams({ payload }).toString());
}
function headersOf(body: Buffer, at = now): Record<string, string> {
  const timestamp = String(at / 1_000);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

let done: string[];
let operations: SlackOperations;
beforeEach(() => {
  done = [];
  const claimed = new Map<string, number>();
  operations = {
    claim: async (name, ms) => {
      if (claimed.has(name)) return false;
      claimed.set(name, ms);
      return true;
    },
    acknowledge: async (incident, by) => void done.push(`acknowledge ${incident} ${by}`),
    silence: async (incident, by, ms) => void done.push(`silence ${incident} ${by} ${ms}`),
  };
});
const take = (body: Buffer, headers = headersOf(body), at = now) => takeSlackAction(body, headers, at, secret, operations);

describe('a button', () => {
  it.each([
    ['acknowledge', 'acknowledge f3a1c0de-1 ada (Slack U061F7AUR)'],
    ['silence_1h', 'silence f3a1c0de-1 ada (Slack U061F7AUR) 3600000'],
  ])('%s does it', async (action, effect) => {
    expect(await take(bodyOf(action))).toEqual({ status: 200 });
    expect(done).toEqual([effect]);
  });

  it('that leads to the house does nothing here', async () => {
    expect(await take(bodyOf('open'))).toEqual({ status: 200 });
    expect(done).toEqual([]);
  });

  it('has its effect once, however often its request is sent, and in whatever spelling', async () => {
    const body = bodyOf('silence_1h');
    const headers = headersOf(body);
    const shouted = { ...headers, 'x-slack-signature': headers['x-slack-signature']!.toUpperCase().replace('V0=', 'v0=') };
    for (const given of [headers, headers, shouted]) expect(await take(body, given, now + 60_000)).toEqual({ status: 200 });
    expect(done).toHaveLength(1);
  });

  it('pressed again has its effect again', async () => {
    const body = bodyOf('silence_1h');
    await take(body);
    await take(body, headersOf(body, now + 1_000));
    expect(done).toHaveLength(2);
  });

  it('that nobody of Slack pressed has none', async () => {
    const body = bodyOf('acknowledge');
    expect(await take(body, { ...headersOf(body), 'x-slack-signature': `v0=${'0'.repeat(64)}` })).toEqual({
      status: 401,
      reason: 'it is not signed by Slack',
    });
    expect(await take(body, headersOf(body), now + 5 * 60_000 + 1)).toEqual({ status: 401, reason: 'it is not of these minutes' });
    expect(await take(Buffer.from(`${body}x`), headersOf(body))).toMatchObject({ status: 401 });
    expect(done).toEqual([]);
  });

  it('of which nothing can be read has none', async () => {
    expect(await take(Buffer.from('payload={'))).toEqual({ status: 400, reason: 'it is no action of Slack' });
  });

  it('whose effect fails says so', async () => {
    operations = { ...operations, acknowledge: () => Promise.reject(new Error('no such incident')) };
    await expect(take(bodyOf('acknowledge'))).rejects.toThrow('no such incident');
  });

  it('whose effect takes too long is answered in time', async () => {
    operations = { ...operations, acknowledge: () => new Promise(() => {}) };
    expect(await take(bodyOf('acknowledge'))).toEqual({ status: 503, reason: 'it was not done in time' });
  });
});
