import type { SendContext } from '../channel.ts';
import { post } from '../post.ts';
import { type SlackOutcome, slackOutcome } from './slack-outcome.ts';

export interface SlackAccess {
  /** Of a bot, xoxb-…; it needs chat:write, and channels:history or groups:history to find what it may have said already. */
  readonly token: string;
  /** Without a slash at its end. */
  readonly url?: string;
  readonly timeoutMs?: number;
}

type Call = Pick<SendContext, 'signal' | 'now'>;

/** What says something: https://docs.slack.dev/reference/methods/chat.postMessage and chat.update. */
export function sayToSlack(
  access: SlackAccess,
  method: 'chat.postMessage' | 'chat.update',
  body: object,
  call: Call,
): Promise<SlackOutcome> {
  return callSlack(access, method, { type: 'application/json; charset=utf-8', body: JSON.stringify(body) }, call);
}

/** A page of messages, each of them with its blocks. */
const mostBytes = 4 * 1_024 * 1_024;

/** What reads takes a form: https://docs.slack.dev/reference/methods/conversations.history and conversations.replies. */
export function askSlack(
  access: SlackAccess,
  method: 'conversations.history' | 'conversations.replies',
  question: Readonly<Record<string, string>>,
  call: Call,
): Promise<SlackOutcome> {
  const form = new URLSearchParams(question).toString();
  return callSlack(access, method, { type: 'application/x-www-form-urlencoded', body: form, mostBytes }, call);
}

async function callSlack(
  { token, url = 'https://slack.com/api', timeoutMs }: SlackAccess,
  method: string,
  { type, body, mostBytes: most }: { readonly type: string; readonly body: string; readonly mostBytes?: number },
  { signal, now }: Call,
): Promise<SlackOutcome> {
  const answer = await post({
    ...{ url: `${url}/${method}`, headers: { authorization: `Bearer ${token}`, 'content-type': type }, body, signal, now },
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(most !== undefined && { mostBytes: most }),
  });
  return slackOutcome(answer, token);
}
