import type { Logger } from 'pino';
import type { ChannelConfig, ConfigFile } from '#contracts';
import { type AlertingEnvironment, ConfigurationError } from '#platform';
import type { DeliveryChannel } from '../delivery/deliverer-parts.ts';
import type { Channel } from './channel.ts';
import { EmailChannel } from './email/email-channel.ts';
import { LogChannel } from './log/log-channel.ts';
import { ownerChannels } from './owner-channels.ts';
import { PagerdutyChannel } from './pagerduty/pagerduty-channel.ts';
import { SlackChannel } from './slack/slack-channel.ts';
import { SlackWebhookChannel } from './slack/slack-webhook-channel.ts';
import { WebhookChannel } from './webhook/webhook-channel.ts';

/** Channels by their ids. Without any that are written down: those whose secrets stand in the environment. The log always is one. */
export function makeChannels(
  house: Pick<ConfigFile, 'channels' | 'owners' | 'projects'>,
  environment: AlertingEnvironment,
  log: Logger,
): ReadonlyMap<string, DeliveryChannel> {
  const named = house.channels.length > 0 ? house.channels : usualChannels(environment);
  const wanted = [...named, ...ownerChannels(house, named, environment)];
  const problems: string[] = [];
  const channels = new Map<string, DeliveryChannel>();
  for (const config of [...wanted, ...(wanted.some(({ id }) => id === 'log') ? [] : [logChannel])]) {
    try {
      if (channels.has(config.id)) throw new Error(`channel ${config.id}: is there twice`);
      const { fallback, ratePerMinute } = config;
      channels.set(config.id, { channel: makeChannel(config, environment, log), fallback, ratePerMinute });
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  problems.push(...wanted.flatMap((config) => config.fallback.flatMap((other) => fallbackProblem(config, other, wanted) ?? [])));
  if (problems.length > 0) throw new ConfigurationError(`the channels cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  return channels;
}

/** Types of the channels that there would be, by their ids; their secrets are not needed for it. */
export function channelTypes(
  house: Pick<ConfigFile, 'channels' | 'owners' | 'projects'>,
  environment: AlertingEnvironment,
): ReadonlyMap<string, string> {
  const named = house.channels.length > 0 ? house.channels : usualChannels(environment);
  return new Map([logChannel, ...named, ...ownerChannels(house, named, environment)].map(({ id, type }) => [id, type]));
}

function fallbackProblem({ id, type }: ChannelConfig, fallback: string, wanted: readonly ChannelConfig[]): string | undefined {
  const other = [...wanted, logChannel].find((one) => one.id === fallback);
  if (!other) return `channel ${id}: falls back to ${fallback}, which is no channel`;
  // Two integrations do not know each other's keys: the incident would be there twice, and one of them stay open.
  if (type === 'pagerduty' && other.type === 'pagerduty') return `channel ${id}: falls back to ${fallback}, which is PagerDuty too`;
  return undefined;
}

const logChannel: ChannelConfig = { id: 'log', type: 'log', fallback: [] };

function usualChannels({ secret, slackChannel }: AlertingEnvironment): ChannelConfig[] {
  const channels: ChannelConfig[] = [];
  if (secret('SLACK_BOT_TOKEN') !== undefined && slackChannel !== undefined)
    channels.push({ id: 'slack', type: 'slack', channel: slackChannel, tokenFrom: 'SLACK_BOT_TOKEN', fallback: [] });
  else if (secret('SLACK_WEBHOOK_URL') !== undefined)
    channels.push({ id: 'slack', type: 'slack_webhook', urlFrom: 'SLACK_WEBHOOK_URL', fallback: [] });
  if (secret('PAGERDUTY_ROUTING_KEY') !== undefined)
    channels.push({
      ...{ id: 'pagerduty', type: 'pagerduty', routingKeyFrom: 'PAGERDUTY_ROUTING_KEY', changes: true },
      fallback: channels.map(({ id }) => id),
    });
  return channels;
}

function makeChannel(config: ChannelConfig, environment: AlertingEnvironment, log: Logger): Channel {
  const { id } = config;
  const read = (variable: string): string => {
    const value = environment.secret(variable);
    if (value === undefined) throw new Error(`channel ${id}: the environment variable ${variable} is not set`);
    return value;
  };
  switch (config.type) {
    case 'slack':
      return new SlackChannel(id, {
        ...{ token: read(config.tokenFrom), channel: config.channel, url: environment.slackApiUrl },
        buttons: environment.secret('SLACK_SIGNING_SECRET') !== undefined,
      });
    case 'slack_webhook':
      return new SlackWebhookChannel(id, { url: read(config.urlFrom) });
    case 'pagerduty':
      return new PagerdutyChannel(id, {
        ...{ routingKey: read(config.routingKeyFrom), url: environment.pagerdutyUrl, changes: config.changes },
      });
    case 'email':
      return new EmailChannel(id, { smtpUrl: read(config.smtpFrom), from: config.from, to: config.to });
    case 'webhook':
      return new WebhookChannel(id, { url: config.url, secret: read(config.secretFrom), allowPrivate: config.allowPrivate });
    case 'log':
      return new LogChannel(id, log);
  }
}
