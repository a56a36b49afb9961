import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type ChannelConfig, configFileSchema } from '#contracts';
import { noticedAt, sampleNotice } from '../notices/sample-notice.contract.ts';
import { makeChannels } from './make-channels.ts';
import { RecordingSlack } from './slack/recording-slack.contract.ts';
import { readable } from './slack/slack-workspace.contract.ts';

let slack: RecordingSlack;
beforeEach(async () => {
  slack = await RecordingSlack.start('xoxb-1', () => noticedAt);
});
afterEach(() => slack.close());

function made(configs: readonly ChannelConfig[], secrets: Record<string, string>, slackChannel?: string) {
  const environment = {
    secret: (name: string) => secrets[name],
    pagerdutyUrl: '',
    slackApiUrl: slack.url,
    ...(slackChannel && { slackChannel }),
  };
  return makeChannels({ channels: [...configs], owners: [], projects: [] }, environment, pino({ enabled: false }));
}
const kinds = (channels: ReturnType<typeof made>) => [...channels].map(([id, { channel }]) => `${id}: ${channel.type}`);
async function told(channels: ReturnType<typeof made>) {
  const delivery = { id: 'd', channel: 'slack', seq: 1, notice: sampleNotice };
  const context = { signal: new AbortController().signal, now: noticedAt, ref: null, possiblySent: false };
  expect(await channels.get('slack')?.channel.send(delivery, context)).toMatchObject({ result: 'delivered' });
  return readable(slack.workspace.messages[0]!);
}

describe('Slack', () => {
  it('is a channel where there is a token and a conversation', async () => {
    const channels = made([], { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_WEBHOOK_URL: slack.webhookUrl }, 'C0ALERTS');
    expect(kinds(channels)).toEqual(['slack: slack', 'log: log']);
    expect((await told(channels)).buttons).toEqual([]);
  });

  it('has buttons where there is a signing secret', async () => {
    const channels = made([], { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'x' }, 'C0ALERTS');
    expect((await told(channels)).buttons).toEqual(['acknowledge', 'silence_1h', 'open']);
  });

  it('is a webhook where there is none', async () => {
    const channels = made([], { SLACK_WEBHOOK_URL: slack.webhookUrl, SLACK_SIGNING_SECRET: 'x' });
    expect(kinds(channels)).toEqual(['slack: slack_webhook', 'log: log']);
    expect((await told(channels)).buttons).toEqual([]);
  });

  it('is what the configuration says', () => {
    const { channels } = configFileSchema.parse({
      channels: [
        { id: 'team', type: 'slack', channel: 'C0ALERTS', tokenFrom: 'TEAM_TOKEN', fallback: ['hook'] },
        { id: 'hook', type: 'slack_webhook', urlFrom: 'TEAM_HOOK' },
      ],
    });
    expect(kinds(made(channels, { TEAM_TOKEN: 'xoxb-1', TEAM_HOOK: slack.webhookUrl }))).toEqual([
      'team: slack',
      'hook: slack_webhook',
      'log: log',
    ]);
    expect(() => made(channels, { TEAM_HOOK: 'hooks' })).toThrow(
      /channel team: the environment variable TEAM_TOKEN is not set\n.*channel hook: the address of its webhook is not http/,
    );
  });
});
