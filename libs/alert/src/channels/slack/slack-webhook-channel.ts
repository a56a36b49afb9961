import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';
import { type Answer, post } from '../post.ts';
import { slackLayouts } from './slack-message.ts';
import { withChart } from './with-chart.ts';

export interface SlackWebhookOptions {
  /** https://hooks.slack.com/services/…: whoever knows it may post. */
  readonly url: string;
  readonly timeoutMs?: number;
}

/** Of a reason. */
const mostCharacters = 500;
const aboutLayout = /invalid_payload|invalid_blocks|invalid_attachments|msg_blocks_too_long|msg_too_long/;

/**
 * Each notice is a message of its own: an incoming webhook can neither edit nor look, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
 * What may have arrived is told again where it is critical, and otherwise not.
 */
export class SlackWebhookChannel implements Channel {
  readonly type = 'slack_webhook';

  /** Throws where it can never work. */
  constructor(
    readonly id: string,
    private readonly options: SlackWebhookOptions,
  ) {
    if (!/^https?:\/\/[^/?#]/i.test(options.url) || !URL.canParse(options.url))
      throw new Error(`channel ${id}: the address of its webhook is not http:// or https://`);
  }

  async send(delivery: Delivery, context: SendContext): Promise<Sent> {
    context.signal.throwIfAborted();
    const { id, notice } = await withChart(delivery, context);
    const isCritical = notice.severity === 'critical';
    const { possiblySent } = context;
    if (possiblySent && !isCritical) return unknown('its answer was lost');
    const sent = await this.#post(slackLayouts(notice, { delivery: id, buttons: false, repeated: possiblySent }), context);
    return sent.result === 'later' && sent.ambiguous && !isCritical ? unknown(sent.reason) : sent;
  }

  async #post(layouts: ReturnType<typeof slackLayouts>, { signal, now }: SendContext): Promise<Sent> {
    const { url, timeoutMs } = this.options;
    let sent: Sent | undefined;
    for (const content of layouts) {
      const body = JSON.stringify({ ...content, parse: 'none', unfurl_links: false, unfurl_media: false });
      const request = { url, headers: { 'content-type': 'application/json; charset=utf-8' }, body, signal, now };
      sent = sentOf(await post({ ...request, ...(timeoutMs !== undefined && { timeoutMs }) }), url);
      if (sent.result !== 'refused' || !(sent.status === 413 || aboutLayout.test(sent.reason))) break;
    }
    return sent!;
  }
}

const unknown = (reason: string): Sent => ({ result: 'unknown', status: null, reason: `unknown whether it arrived: ${reason}` });

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors: plain text beside the status. */
function sentOf(answer: Answer, url: string): Sent {
  if (answer.status === null) {
    const reason = answer.reason.replaceAll(url, '[webhook]');
    return { result: 'later', status: null, reason, retryAfterMs: null, ambiguous: answer.ambiguous };
  }
  const { status, retryAfterMs } = answer;
  const text = answer.text.replaceAll(url, '[webhook]');
  if (status === 200 && text.trim() === 'ok') return { result: 'delivered', status, answer: 'ok' };
  const reason = `HTTP ${status} ${text}`.trim().slice(0, mostCharacters).toWellFormed();
  if (status === 408 || status === 429 || status >= 500) return { result: 'later', status, reason, retryAfterMs, ambiguous: false };
  return { result: 'refused', status, reason, dead: status >= 400 };
}
