import { z } from 'zod';
import type { Delivery, SendContext, Sent } from '../channel.ts';
import { askSlack, type SlackAccess } from './call-slack.ts';

/** Goes with every message, so that it can be found again. Whoever is in the workspace may read it. */
export interface SlackMetadata {
  readonly event_type: typeof eventType;
  readonly event_payload: { readonly delivery: string; readonly incident: string; readonly channel: string };
}
const eventType = 'beaconhouse_notice';

/** https://docs.slack.dev/messaging/message-metadata */
export const metadataOf = ({ id, channel, notice }: Delivery): SlackMetadata => ({
  event_type: eventType,
  event_payload: { delivery: id, incident: notice.incident.id, channel },
});

export type Found =
  | { readonly result: 'found'; readonly ts: string /** The one that it was posted for. */; readonly delivery: string }
  | { readonly result: 'none' }
  /** Nobody can look: a permission is missing, or too much was said since. */
  | { readonly result: 'hidden'; readonly reason: string }
  | Extract<Sent, { readonly result: 'later' }>;

export interface Search {
  /** The id of a conversation, such as C0123456789. */
  readonly channel: string;
  /** Milliseconds since 1970: nothing older is looked at. */
  readonly since: number;
  readonly wanted: (payload: SlackMetadata['event_payload']) => boolean;
  /** Among the replies to this message, not among the messages of the channel. */
  readonly thread?: string;
}

/** Clocks may differ so much. */
const skewMs = 5 * 60_000;
/** So many messages a page, and so many pages; apps sold outside Slack's marketplace get 15 whatever they ask for. */
const pageSize = 50;
const mostPages = 10;

const page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      thread_ts: z.string().optional(),
      metadata: z.unknown().optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});
const ours = z.object({
  event_type: z.literal(eventType),
  event_payload: z.object({ delivery: z.string(), incident: z.string(), channel: z.string() }),
});

/** A message of ours in a channel or a thread. */
export async function findMessage(access: SlackAccess, search: Search, context: Pick<SendContext, 'signal' | 'now'>): Promise<Found> {
  const { channel, since, wanted, thread } = search;
  const question = {
    ...{ channel, oldest: (Math.max(0, since - skewMs) / 1_000).toFixed(6), inclusive: 'true' },
    ...{ limit: String(pageSize), include_all_metadata: 'true', ...(thread !== undefined && { ts: thread }) },
  };
  const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
  let cursor = '';
  for (let pages = 0; pages < mostPages; pages++) {
    const answer = await askSlack(access, method, { ...question, ...(cursor !== '' && { cursor }) }, context);
    if (!answer.ok) {
      const { sent } = answer;
      // Asking changes nothing: what it did is always known.
      return sent.result === 'later' ? { ...sent, ambiguous: false } : { result: 'hidden', reason: sent.reason };
    }
    const read = page.safeParse(answer.body);
    if (!read.success) return { result: 'hidden', reason: `${method}: an answer that is none of Slack` };
    for (const { ts, thread_ts, metadata } of read.data.messages) {
      const isReply = thread_ts !== undefined && thread_ts !== ts;
      const known = ours.safeParse(metadata).data?.event_payload;
      if (known && isReply === (thread !== undefined) && wanted(known)) return { result: 'found', ts, delivery: known.delivery };
    }
    cursor = read.data.response_metadata?.next_cursor ?? '';
    if (cursor === '') return { result: 'none' };
  }
  return { result: 'hidden', reason: `it is not among ${mostPages} pages of messages` };
}
