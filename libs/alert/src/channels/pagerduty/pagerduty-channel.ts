import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';
import { type Answer, post } from '../post.ts';
import { type Deploy, type PagerdutyChange, pagerdutyChange } from './pagerduty-change.ts';
import { type PagerdutyEvent, pagerdutyEvent } from './pagerduty-event.ts';

export interface PagerdutyOptions {
  /** Of an Events API v2 integration. */
  readonly routingKey: string;
  /** Without a slash at its end; https://events.eu.pagerduty.com in Europe. */
  readonly url?: string;
  readonly timeoutMs?: number;
}

/** One alert for one incident: it may be told anything twice, because the key is the same. */
export class PagerdutyChannel implements Channel {
  readonly type = 'pagerduty';
  readonly keepsOpen = true;

  constructor(
    readonly id: string,
    private readonly options: PagerdutyOptions,
  ) {}

  async send({ notice }: Delivery, context: SendContext): Promise<Sent> {
    context.signal.throwIfAborted();
    const { routingKey } = this.options;
    const plain = pagerdutyEvent(notice, routingKey);
    // Only what opens or changes an alert shows one.
    const event = plain?.event_action === 'trigger' ? pagerdutyEvent(notice, routingKey, await context.chart?.()) : plain;
    // No answer of PagerDuty: 0 is no status of anybody.
    if (!event) return { result: 'delivered', status: 0, answer: `not sent: a notice of the kind ${notice.kind} must not page` };
    return enqueue(this.options, '/v2/enqueue', event, context);
  }
}

/** Told once for each release. Nobody is paged by it. */
export function sendPagerdutyChange(
  options: PagerdutyOptions,
  deploy: Deploy,
  context: Pick<SendContext, 'signal' | 'now'>,
): Promise<Sent> {
  return enqueue(options, '/v2/change/enqueue', pagerdutyChange(deploy, options.routingKey), context);
}

async function enqueue(
  { routingKey, url = 'https://events.pagerduty.com', timeoutMs }: PagerdutyOptions,
  path: string,
  body: PagerdutyEvent | PagerdutyChange,
  { signal, now }: Pick<SendContext, 'signal' | 'now'>,
): Promise<Sent> {
  const answer = await post({
    ...{ url: `${url}${path}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal, now },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  return sentOf(answer, routingKey);
}

/** Of a reason. */
const mostCharacters = 500;

/** https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic */
function sentOf(answer: Answer, routingKey: string): Sent {
  if (answer.status === null)
    return { result: 'later', status: null, reason: answer.reason, retryAfterMs: null, ambiguous: answer.ambiguous };
  const { status, retryAfterMs } = answer;
  const text = answer.text.replaceAll(routingKey, '[routing key]');
  if (status === 202) return { result: 'delivered', status, answer: text };
  const reason = `HTTP ${status} ${text}`.trim().slice(0, mostCharacters).toWellFormed();
  if (status === 408 || status === 429 || status >= 500) return { result: 'later', status, reason, retryAfterMs, ambiguous: false };
  return { result: 'refused', status, reason, dead: status === 400 && isAboutTheKey(answer.text) };
}

/** Only the text tells a key that nobody has from an event that is wrong: `Invalid routing key`, alone or among `errors`. */
const isAboutTheKey = (text: string) => /routing[ _]key/i.test(text);
