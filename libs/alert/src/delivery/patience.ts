import type { ChannelType } from '#contracts';

interface DeliveryPatience {
  readonly attempts: number;
  /** Notices a minute where the configuration says nothing: what the provider takes for good. */
  readonly ratePerMinute: number;
}

const usual: DeliveryPatience = { attempts: 8, ratePerMinute: 600 };

/** Slack takes about one message a second: https://docs.slack.dev/apis/web-api/rate-limits. A page is tried for about an hour. */
const patience: Readonly<Partial<Record<ChannelType, DeliveryPatience>>> = {
  slack: { attempts: 8, ratePerMinute: 60 },
  slack_webhook: { attempts: 8, ratePerMinute: 60 },
  email: { attempts: 8, ratePerMinute: 60 },
  pagerduty: { attempts: 12, ratePerMinute: 600 },
};

export const patienceOf = (type: string): DeliveryPatience => patience[type as ChannelType] ?? usual;

const firstPauseMs = 2_000;
/** No provider holds a notice up for longer than this. */
const longestPauseMs = 3_600_000;

/** Not at once, whatever the provider says. */
const leastPauseMs = 1_000;

/** Doubling from two seconds, with half of it left to chance so that many do not come back at once; what the provider asked for wins. */
export function pauseAfter(attempts: number, retryAfterMs: number | null, random: number): number {
  const doubled = firstPauseMs * 2 ** (attempts - 1) * (0.5 + random / 2);
  return Math.min(Math.max(retryAfterMs ?? doubled, leastPauseMs), longestPauseMs);
}
