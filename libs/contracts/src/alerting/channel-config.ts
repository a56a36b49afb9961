import { z } from 'zod';

const channelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is lower case letters, digits and -, at most 63')
  .describe('Name by which rules and routes call it.');

const variable = z.string().regex(/^[A-Z][A-Z0-9_]{0,127}$/, 'is the name of an environment variable, such as SLACK_BOT_TOKEN');

const shared = {
  id: channelId,
  fallback: z.array(channelId).max(10).default([]).describe('Channels that are told where this one cannot be.'),
  ratePerMinute: z
    .number()
    .int()
    .positive()
    .max(6_000)
    .optional()
    .describe('Notices a minute, at most; more wait their turn. What the provider takes otherwise.'),
};

const slack = z.strictObject({
  ...shared,
  type: z.literal('slack'),
  channel: z.string().min(1).max(80).describe('Id of the conversation, such as C0123456789.'),
  tokenFrom: variable.default('SLACK_BOT_TOKEN').describe('Environment variable with the bot token.'),
});
const slackWebhook = z.strictObject({
  ...shared,
  type: z.literal('slack_webhook'),
  urlFrom: variable.default('SLACK_WEBHOOK_URL').describe('Environment variable with the address of the incoming webhook.'),
});
const pagerduty = z.strictObject({
  ...shared,
  type: z.literal('pagerduty'),
  routingKeyFrom: variable.default('PAGERDUTY_ROUTING_KEY').describe('Environment variable with the key of the Events v2 integration.'),
  changes: z.boolean().default(true).describe('Whether each new release is shown there as a change. It wakes nobody.'),
});
const email = z.strictObject({
  ...shared,
  type: z.literal('email'),
  to: z.array(z.email().max(254)).min(1).max(50).describe('Who is written to.'),
  from: z.email().max(254).describe('Who it comes from.'),
  smtpFrom: variable.default('SMTP_URL').describe('Environment variable with smtp://user:password@host:port or smtps://.'),
});
const webhook = z.strictObject({
  ...shared,
  type: z.literal('webhook'),
  url: z.url({ protocol: /^https?$/ }).describe('Where a signed request is posted to: https://www.standardwebhooks.com.'),
  secretFrom: variable.describe(
    'Environment variable with the secret, whsec_ and base64; several, separated by spaces, while one is replaced.',
  ),
  allowPrivate: z.boolean().default(false).describe('The address may lie in a private network.'),
});
const log = z.strictObject({ ...shared, type: z.literal('log') });

/** Where incidents are told. Secrets stand in the environment only. */
export const channelConfigSchema = z.discriminatedUnion('type', [slack, slackWebhook, pagerduty, email, webhook, log]);
export type ChannelConfig = z.output<typeof channelConfigSchema>;
export type ChannelType = ChannelConfig['type'];
