import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';
import { type SlackAccess, sayToSlack } from './call-slack.ts';
import { type Found, findMessage, metadataOf } from './find-message.ts';
import { type SlackContent, slackLayouts } from './slack-message.ts';
import type { SlackOutcome } from './slack-outcome.ts';
import { slackReply } from './slack-reply.ts';
import { withChart } from './with-chart.ts';

export interface SlackOptions extends SlackAccess {
  /** The id of a conversation, such as C0123456789. */
  readonly channel: string;
  /** Somebody verifies what buttons say: without that there are none. */
  readonly buttons: boolean;
}

/** A message of Slack. */
interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** What the message says that is edited cannot be reached any more: another is posted. */
const gone = new Set([
  ...['message_not_found', 'cant_update_message', 'edit_window_closed', 'block_mismatch', 'streaming_state_conflict'],
  ...['channel_not_found', 'is_inactive', 'is_archived', 'team_not_found'],
]);
const aboutLayout = new Set([
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'],
  ...['invalid_attachments', 'attachment_payload_limit_exceeded', 'invalid_arguments'],
]);

/**
 * One message for one incident, edited with every notice of it; what somebody should notice is also said in its thread. A message carries the
 * id of its delivery: where its answer was lost it is looked for before it is posted again.
 */
export class SlackChannel implements Channel {
  readonly type = 'slack';

  constructor(
    readonly id: string,
    private readonly options: SlackOptions,
  ) {}

  async send(given: Delivery, context: SendContext): Promise<Sent> {
    const delivery = await withChart(given, context);
    const place = readRef(context.ref);
    const edited = place && (await this.#edit(place, delivery, context));
    if (edited) return edited;
    const found = await this.#find(delivery, context);
    switch (found.result) {
      case 'later':
        return found;
      case 'found':
        return this.#adopt(found, delivery, context);
      case 'none':
        if (delivery.notice.kind === 'resolve' && !place)
          return { result: 'delivered', status: 0, answer: 'not sent: nobody was told here that it began' };
        return this.#post(delivery, context, false);
      case 'hidden':
        return this.#postUnseen(found.reason, delivery, context);
    }
  }

  /** Of the incident: what it was posted for may be another notice, whose answer was lost and which is not told any more. */
  async #find({ notice, channel }: Delivery, context: SendContext): Promise<Found> {
    const { kind, at, incident } = notice;
    const begins = kind === 'trigger' || kind === 'test';
    // Told for the first time, and never tried: nobody can have heard of it.
    if (!context.possiblySent && (begins || context.ref !== null)) return { result: 'none' };
    const wanted = (payload: { readonly incident: string; readonly channel: string }) =>
      payload.incident === incident.id && payload.channel === channel;
    const since = begins || context.ref !== null ? at : incident.openedAt;
    return findMessage(this.options, { channel: this.options.channel, since, wanted }, context);
  }

  async #adopt({ ts, delivery: id }: Extract<Found, { result: 'found' }>, delivery: Delivery, context: SendContext): Promise<Sent> {
    const place = { channel: this.options.channel, ts };
    if (id === delivery.id) return { result: 'delivered', status: 200, answer: 'found: it had arrived', ref: refOf(place) };
    return (await this.#edit(place, delivery, context)) ?? this.#post(delivery, context, false);
  }

  /** Told twice rather than not at all, but only where it matters. */
  #postUnseen(reason: string, delivery: Delivery, context: SendContext): Promise<Sent> | Sent {
    if (context.possiblySent && delivery.notice.severity !== 'critical')
      return { result: 'unknown', status: null, reason: `unknown whether it arrived: ${reason}` };
    return this.#post(delivery, context, context.possiblySent);
  }

  async #post(delivery: Delivery, context: SendContext, repeated: boolean): Promise<Sent> {
    const { channel } = this.options;
    const said = { channel, metadata: metadataOf(delivery), unfurl_links: false, unfurl_media: false, mrkdwn: false };
    const outcome = await this.#say('chat.postMessage', said, this.#layouts(delivery, repeated), context);
    if (!outcome.ok) return outcome.sent;
    const { status, text, body } = outcome;
    return { result: 'delivered', status, answer: text, ref: refOf({ channel: String(body.channel), ts: String(body.ts) }) };
  }

  /** Null: the message is gone. */
  async #edit(place: Place, delivery: Delivery, context: SendContext): Promise<Sent | null> {
    const outcome = await this.#say('chat.update', { ...place }, this.#layouts(delivery, false), context);
    if (!outcome.ok) return outcome.code !== null && gone.has(outcome.code) ? null : outcome.sent;
    const done = { result: 'delivered', status: outcome.status, answer: outcome.text, ref: refOf(place) } as const;
    const refused = await this.#reply(place, delivery, context);
    // What was edited was told, but where nobody may speak there any more.
    if (refused?.result === 'refused' && !refused.dead) return { ...done, answer: `edited; its thread took no reply: ${refused.reason}` };
    return refused ?? done;
  }

  /** Null: it was said, or need not be. */
  async #reply({ channel, ts }: Place, delivery: Delivery, context: SendContext): Promise<Exclude<Sent, { result: 'delivered' }> | null> {
    const reply = slackReply(delivery.notice);
    if (!reply) return null;
    if (context.possiblySent) {
      const wanted = (payload: { readonly delivery: string }) => payload.delivery === delivery.id;
      const found = await findMessage(this.options, { channel, thread: ts, since: delivery.notice.at, wanted }, context);
      if (found.result === 'found') return null;
      if (found.result === 'later') return found;
      if (found.result === 'hidden' && delivery.notice.severity !== 'critical') return null;
    }
    const said = { channel, thread_ts: ts, metadata: metadataOf(delivery), reply_broadcast: reply.broadcast, mrkdwn: false };
    const quiet = { parse: 'none', unfurl_links: false, unfurl_media: false };
    const outcome = await sayToSlack(this.options, 'chat.postMessage', { ...said, ...quiet, text: reply.text }, context);
    return outcome.ok ? null : outcome.sent;
  }

  #layouts(delivery: Delivery, repeated: boolean): readonly SlackContent[] {
    return slackLayouts(delivery.notice, { delivery: delivery.id, buttons: this.options.buttons, repeated });
  }

  async #say(
    method: 'chat.postMessage' | 'chat.update',
    to: object,
    layouts: readonly SlackContent[],
    context: SendContext,
  ): Promise<SlackOutcome> {
    let outcome: SlackOutcome | undefined;
    for (const content of layouts) {
      // Without `parse` an edit makes links of what looks like one.
      outcome = await sayToSlack(this.options, method, { ...to, ...content, parse: 'none' }, context);
      if (outcome.ok || outcome.code === null || !aboutLayout.has(outcome.code)) break;
    }
    return outcome!;
  }
}

const refOf = ({ channel, ts }: Place) => `${channel}:${ts}`;

function readRef(ref: string | null): Place | null {
  const [, channel, ts] = /^([^:]+):(\d+\.\d+)$/.exec(ref ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : null;
}
