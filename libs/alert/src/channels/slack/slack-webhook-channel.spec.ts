import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertSeverity } from '#contracts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import type { Sent } from '../channel.ts';
import { RecordingSlack } from './recording-slack.contract.ts';
import { SlackWebhookChannel } from './slack-webhook-channel.ts';
import { readable } from './slack-workspace.contract.ts';

const channel = 'C0ALERTS';
let now: number;
let slack: RecordingSlack;
beforeEach(async () => {
  now = noticedAt;
  slack = await RecordingSlack.start('xoxb-1', () => now);
});
afterEach(() => slack.close());

const signal = new AbortController().signal;
function tell(changes: Partial<typeof sampleNotice> = {}, possiblySent = false, from = signal): Promise<Sent> {
  const notice = { ...sampleNotice, ...changes };
  const hook = new SlackWebhookChannel('slack', { url: slack.webhookUrl });
  return hook.send({ id: 'd', channel: 'slack', seq: 1, notice }, { signal: from, now, ref: null, possiblySent });
}
const messages = () => slack.workspace.topLevel(channel);
const lost = 'Perhaps told twice: the answer to an earlier attempt was lost';

describe('a webhook of Slack', () => {
  it('tells each notice in a message of its own, which nobody can press', async () => {
    expect(await tell()).toEqual({ result: 'delivered', status: 200, answer: 'ok' });
    expect(await tell({ kind: 'resolve' })).toMatchObject({ result: 'delivered' });
    const [first, last] = messages().map(readable);
    expect([first?.header, last?.header]).toEqual([expect.stringMatching(/^🔴 \[CRITICAL\]/), expect.stringMatching(/^✅ \[RESOLVED\]/)]);
    expect([first?.buttons, first?.links, slack.refusals]).toEqual([
      [],
      ['https://house.example.com/alerts/incidents/f3a1c0de-1', 'https://runbooks.example.com/slow-tools'],
      [],
    ]);
  });

  it.each([
    ['was archived', 410, 'channel_is_archived', () => slack.workspace.archive(channel)],
    ['was deleted', 404, 'channel_not_found', () => slack.workspace.delete(channel)],
    ['has no such webhook any more', 404, 'no_service', () => slack.revoke()],
    ['forbids it', 403, 'action_prohibited', () => slack.answer({ status: 403, body: 'action_prohibited' })],
  ])('of a channel that %s tells nothing any more', async (_name, status, reason, happen) => {
    happen();
    expect(await tell()).toEqual({ result: 'refused', status, reason: `HTTP ${status} ${reason}`, dead: true });
  });

  it('waits as long as Slack asks for', async () => {
    slack.workspace.burst = 1;
    await tell();
    expect(await tell()).toMatchObject({ result: 'later', status: 429, retryAfterMs: 1_000, ambiguous: false });
    now += 1_000;
    expect(await tell()).toMatchObject({ result: 'delivered' });
  });

  it.each([500, 503, 408])('tries again after HTTP %d', async (status) => {
    slack.answer({ status });
    expect(await tell({ severity: 'warning' })).toMatchObject({ result: 'later', status, ambiguous: false });
  });

  it('tells it as text where Slack does not take its blocks', async () => {
    slack.workspace.imagesReachable = false;
    expect(await tell({ chartUrl: 'https://house.example.com/chart.png' })).toMatchObject({ result: 'delivered' });
    slack.answer({ status: 400, body: 'invalid_blocks' });
    expect(await tell()).toMatchObject({ result: 'delivered' });
    expect(messages().map(({ blocks }) => blocks.length > 0)).toEqual([true, false]);
    slack.answer({ status: 400, body: 'invalid_payload' }, { status: 400, body: 'invalid_payload' });
    expect(await tell()).toEqual({ result: 'refused', status: 400, reason: 'HTTP 400 invalid_payload', dead: true });
  });

  it.each([
    [200, 'hello'],
    [302, ''],
  ])('is none that answers HTTP %d %p', async (status, body) => {
    slack.answer({ status, body, headers: { location: 'http://127.0.0.1:1/' } });
    expect(await tell()).toMatchObject({ result: 'refused', status, dead: false });
  });

  it('leads nowhere by what looks like a link', async () => {
    await tell({ headline: 'see http://evil.example.com' });
    expect(readable(messages()[0]!).links.map((link) => new URL(link).hostname)).toEqual(['house.example.com', 'runbooks.example.com']);
  });

  it('tells a critical notice again whose answer was lost, and says so', async () => {
    slack.answer({ hangUp: 'after' });
    expect(await tell()).toMatchObject({ result: 'later', status: null, ambiguous: true });
    expect(await tell({}, true)).toMatchObject({ result: 'delivered' });
    expect(messages().map((message) => readable(message).lines.includes(lost))).toEqual([false, true]);
  });

  it.each<AlertSeverity>(['warning', 'info'])('does not tell again what is only %s', async (severity) => {
    slack.answer({ hangUp: 'after' });
    expect(await tell({ severity })).toEqual({
      result: 'unknown',
      status: null,
      reason: expect.stringMatching(/^unknown whether it arrived: ./),
    });
    expect(await tell({ severity }, true)).toEqual({
      result: 'unknown',
      status: null,
      reason: 'unknown whether it arrived: its answer was lost',
    });
    expect([messages().length, slack.requests.length]).toEqual([1, 1]);
  });

  it('that is not there was told nothing, whatever it is', async () => {
    await slack.close();
    expect(await tell({ severity: 'warning' })).toMatchObject({ result: 'later', status: null, ambiguous: false });
  });

  it('never says its address', async () => {
    slack.answer({ status: 403, body: `no ${slack.webhookUrl}` });
    expect(await tell()).toMatchObject({ reason: 'HTTP 403 no [webhook]' });
  });

  it('decides nothing where the process ends', async () => {
    await expect(tell({}, true, AbortSignal.abort(new Error('the end')))).rejects.toThrow('the end');
  });

  it.each(['', 'hooks.slack.com/services/x', 'ftp://hooks.slack.com', 'https://'])('has no address %p', (url) => {
    expect(() => new SlackWebhookChannel('slack', { url })).toThrow('channel slack: the address of its webhook is not http:// or https://');
  });
});
