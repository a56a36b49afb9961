import { z } from 'zod';

const secret = z.string().regex(/^[!-~]{1,2000}$/, 'is printable characters without spaces, at most 2,000');

/** Who can be told, and how the house is called. */
export const alertingVariables = {
  BEACONHOUSE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the house as people open it: what is linked from notices. Absent: nothing is.'),
  BEACONHOUSE_LINK_SECRET: secret
    .refine((text) => text.length >= 16, 'has 16 characters or more')
    .optional()
    .describe(
      'Signs the addresses under which Slack and PagerDuty fetch the chart of an incident, 16 characters or more; the same for every alerter and api. Absent: embedded, one is made in the data folder; cluster, charts have no address.',
    ),
  SLACK_BOT_TOKEN: secret
    .optional()
    .describe(
      'Bot token of a Slack app, xoxb-…, with chat:write: one message an incident, edited in place. With channels:history, or groups:history of a private channel, a message whose answer was lost is found and not posted again.',
    ),
  SLACK_CHANNEL: z
    .string()
    .min(1)
    .max(80)
    .optional()
    .describe('Conversation of the channel `slack`, such as C0123456789; with SLACK_BOT_TOKEN.'),
  SLACK_SIGNING_SECRET: secret.optional().describe('Of the Slack app: its buttons are believed only with it. Absent: there are none.'),
  SLACK_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Incoming webhook of Slack, where there is no bot token. A secret.'),
  BEACONHOUSE_SLACK_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://slack.com/api')
    .describe("Address of Slack's Web API, or of a test server."),
  PAGERDUTY_ROUTING_KEY: z
    .string()
    .regex(/^[0-9a-zA-Z]{32}$/, 'is 32 letters and digits')
    .optional()
    .describe('Key of an Events v2 integration of PagerDuty.'),
  BEACONHOUSE_PAGERDUTY_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://events.pagerduty.com')
    .describe('Address of the Events API: https://events.eu.pagerduty.com in Europe, or of a test server.'),
  SMTP_URL: secret.optional().describe('Mail server, smtp://user:password@host:port or smtps://; for channels of the type email.'),
  BEACONHOUSE_HEARTBEAT_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Fetched after every look of the alerting service that succeeded, once a minute at most, so that somebody else notices when it stops.',
    ),
};
const alertingSchema = z.object(alertingVariables);

/** Who can be told. Addresses are without a slash at their end. */
export interface AlertingEnvironment {
  /** What stands in an environment variable; undefined where it is empty or not set. */
  readonly secret: (variable: string) => string | undefined;
  /** As people open the house; absent: nothing is linked. */
  readonly houseUrl?: string;
  /** What links are signed with that work without a token; absent: there are none. */
  readonly linkSecret?: string;
  readonly slackChannel?: string;
  readonly slackApiUrl: string;
  readonly pagerdutyUrl: string;
  readonly heartbeatUrl?: string;
}

export const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** `given`: the variables as they are. */
export function alertingEnvironment(
  env: z.infer<typeof alertingSchema>,
  given: Readonly<Record<string, string | undefined>>,
): AlertingEnvironment {
  return {
    secret: (variable) => given[variable],
    slackApiUrl: withoutSlash(env.BEACONHOUSE_SLACK_API_URL),
    pagerdutyUrl: withoutSlash(env.BEACONHOUSE_PAGERDUTY_URL),
    ...(env.BEACONHOUSE_URL !== undefined && { houseUrl: withoutSlash(env.BEACONHOUSE_URL) }),
    ...(env.BEACONHOUSE_LINK_SECRET !== undefined && { linkSecret: env.BEACONHOUSE_LINK_SECRET }),
    ...(env.SLACK_CHANNEL !== undefined && { slackChannel: env.SLACK_CHANNEL }),
    ...(env.BEACONHOUSE_HEARTBEAT_URL !== undefined && { heartbeatUrl: env.BEACONHOUSE_HEARTBEAT_URL }),
  };
}
