import type { Logger } from 'pino';
import type { ChannelConfig } from '#contracts';
import { type AlertingEnvironment, ConfigurationError } from '#platform';
import type { DeliveryChannel } from '../delivery/deliverer.ts';
import type { Channel } from './channel.ts';
import { EmailChannel } from './email/email-channel.ts';
import { LogChannel } from './log/log-channel.ts';
import { PagerdutyChannel } from './pagerduty/pagerduty-channel.ts';
import { WebhookChannel } from './webhook/webhook-channel.ts';

/** Channels by their ids. Without any that are written down: those whose secrets stand in the environment. The log always is one. */
export function makeChannels(
  configs: readonly ChannelConfig[],
  environment: AlertingEnvironment,
  log: Logger,
): ReadonlyMap<string, DeliveryChannel> {
  const wanted = configs.length > 0 ? configs : usualChannels(environment);
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
  for (const { id, fallback } of wanted)
    for (const unknown of fallback.filter((other) => !channels.has(other) && !wanted.some((one) => one.id === other)))
      problems.push(`channel ${id}: falls back to ${unknown}, which is no channel`);
  if (problems.length > 0) throw new ConfigurationError(`the channels cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  return channels;
}

/** Ids of the channels that there would be; their secrets are not needed for it. */
export function channelIds(configs: readonly ChannelConfig[], environment: AlertingEnvironment): ReadonlySet<string> {
  const wanted = configs.length > 0 ? configs : usualChannels(environment);
  return new Set([...wanted, logChannel].map(({ id }) => id));
}

const logChannel: ChannelConfig = { id: 'log', type: 'log', fallback: [] };

function usualChannels({ secret, slackChannel }: AlertingEnvironment): ChannelConfig[] {
  const channels: ChannelConfig[] = [];
  if (secret('SLACK_BOT_TOKEN') !== undefined && slackChannel !== undefined)
    channels.push({ id: 'slack', type: 'slack', channel: slackChannel, tokenFrom: 'SLACK_BOT_TOKEN', fallback: [] });
  else if (secret('SLACK_WEBHOOK_URL') !== undefined)
    channels.push({ id: 'slack', type: 'slack_webhook', urlFrom: 'SLACK_WEBHOOK_URL', fallback: [] });
  if (secret('PAGERDUTY_ROUTING_KEY') !== undefined)
    channels.push({ id: 'pagerduty', type: 'pagerduty', routingKeyFrom: 'PAGERDUTY_ROUTING_KEY', fallback: channels.map(({ id }) => id) });
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
    case 'pagerduty':
      return new PagerdutyChannel(id, { routingKey: read(config.routingKeyFrom), url: environment.pagerdutyUrl });
    case 'email':
      return new EmailChannel(id, { smtpUrl: read(config.smtpFrom), from: config.from, to: config.to });
    case 'webhook':
      return new WebhookChannel(id, { url: config.url, secret: read(config.secretFrom), allowPrivate: config.allowPrivate });
    case 'log':
      return new LogChannel(id, log);
    default:
      throw new Error(`channel ${id}: ${config.type} is not there yet`);
  }
}
