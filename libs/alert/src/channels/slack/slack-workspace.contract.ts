import type { z } from 'zod';
import {
  bareLinksIn,
  blocksSchema,
  escaped,
  linksIn,
  mentionsIn,
  metadataSchema,
  methodArguments,
  questionArguments,
  type RecordedBlocks,
  type RecordedMetadata,
} from './slack-schema.contract.ts';

type Content = Readonly<Pick<RecordedMessage, 'text' | 'blocks' | 'parse'>>;

/** What stands in a channel, with all that it said before it was edited. */
export interface RecordedMessage {
  readonly channel: string;
  readonly ts: string;
  /** Of the message whose thread it is in. */
  readonly threadTs?: string;
  readonly broadcast: boolean;
  text: string;
  blocks: RecordedBlocks;
  /** What looks like a link in its text is one, unless somebody said `none`. */
  parse: string | undefined;
  readonly metadata?: RecordedMetadata;
  readonly versions: ({ readonly at: number } & Content)[];
}

/** What Slack answers, as far as anything reads it. */
export type Said = { readonly ok: true; readonly [name: string]: unknown } | Refusal;
interface Refusal {
  readonly ok: false;
  readonly error: string;
  readonly needed?: string;
  readonly response_metadata?: { readonly messages: readonly string[] };
}
const no = (error: string, messages?: readonly string[]): Refusal => ({
  ...{ ok: false, error },
  ...(messages && { errors: messages, response_metadata: { messages } }),
});

interface Given {
  readonly text?: string | undefined;
  readonly blocks?: unknown;
  readonly parse?: string | undefined;
}

/** All of a message's blocks; more was refused in practice: https://github.com/slackapi/bolt-js/issues/2509 */
const mostCharacters = 13_000;

/** Channels and messages as a workspace of Slack keeps them. */
export class SlackWorkspace {
  readonly messages: RecordedMessage[] = [];
  /** Of channels that people read: what the bot may ask for. */
  readonly scopes = new Set(['chat:write', 'channels:history']);
  /** Messages at once beyond one a second; one second for each of them passes first. */
  burst = 5;
  /** Calls of each of the other methods. */
  perMinute = 50;
  /** Fewer for apps that are sold outside of the marketplace: 15. */
  pageSize = 999;
  /** Slack fetches images while it takes a message. */
  imagesReachable = true;
  readonly #channels = new Map<string, 'open' | 'archived'>();
  readonly #calls: { readonly what: string; readonly at: number }[] = [];
  #made = 0;

  constructor(
    private readonly now: () => number,
    channels: readonly string[],
  ) {
    for (const channel of channels) this.#channels.set(channel, 'open');
  }

  archive(channel: string): void {
    this.#channels.set(channel, 'archived');
  }

  delete(channel: string): void {
    this.#channels.delete(channel);
  }

  /** As a person does it. */
  deleteMessage(ts: string): void {
    this.messages.splice(0, this.messages.length, ...this.messages.filter((message) => message.ts !== ts));
  }

  stateOf(channel: string): 'open' | 'archived' | 'missing' {
    return this.#channels.get(channel) ?? 'missing';
  }

  /** In the order in which they came; replies in their threads only. */
  topLevel(channel: string): RecordedMessage[] {
    return this.messages.filter((message) => message.channel === channel && message.threadTs === undefined);
  }

  repliesTo(ts: string): RecordedMessage[] {
    return this.messages.filter(({ threadTs }) => threadTs === ts);
  }

  /** Whether the next one is too much, and how many seconds it must wait. */
  throttled(method: string, channel: string): number | null {
    const isPost = method === 'chat.postMessage';
    const what = isPost ? `${method} ${channel}` : method;
    const [most, windowMs] = isPost ? [this.burst, this.burst * 1_000] : [this.perMinute, 60_000];
    const recent = this.#calls.filter((call) => call.what === what && call.at > this.now() - windowMs);
    if (recent.length >= most) return Math.max(1, Math.ceil((recent[0]!.at + windowMs - this.now()) / 1_000));
    this.#calls.push({ what, at: this.now() });
    return null;
  }

  /** Also of a webhook, which says so in its own words. */
  problemOf(given: Given): Refusal | Content {
    const { text, blocks = [], parse } = given;
    if (text === undefined || text.trim() === '') return no('no_text');
    if (text.length > 40_000) return no('msg_too_long');
    if (!escaped(text) || !text.isWellFormed()) return no('invalid_arguments', ['[ERROR] text that is not escaped or not whole']);
    if (!Array.isArray(blocks)) return no('invalid_blocks_format');
    const read = blocksSchema.safeParse(blocks);
    if (!read.success) return no('invalid_blocks', problemsOf(read.error));
    if (JSON.stringify(blocks).length > mostCharacters) return no('msg_blocks_too_long');
    if (!this.imagesReachable && read.data.some(({ type }) => type === 'image'))
      return no('invalid_blocks', ['[ERROR] downloading image failed [json-pointer:/blocks/0/image_url]']);
    return { text, blocks: read.data, parse };
  }

  post(given: unknown): Said {
    const args = methodArguments['chat.postMessage'].safeParse(given);
    if (!args.success) return no('invalid_arguments', problemsOf(args.error));
    const { channel, thread_ts: threadTs, reply_broadcast: broadcast = false, metadata } = args.data;
    if (this.stateOf(channel) !== 'open') return no(this.stateOf(channel) === 'archived' ? 'is_archived' : 'channel_not_found');
    const read = metadataSchema.optional().safeParse(metadata);
    if (!read.success) return no('invalid_metadata_format');
    const content = this.problemOf(args.data);
    if ('ok' in content) return content;
    const parent =
      threadTs === undefined ? undefined : this.messages.find((message) => message.channel === channel && message.ts === threadTs);
    if (threadTs !== undefined && !parent) return no('thread_not_found');
    if (parent?.threadTs !== undefined) return no('cannot_reply_to_message');
    if (broadcast && !parent) return no('invalid_arguments');
    const ts = this.keep({
      channel,
      broadcast,
      ...content,
      ...(threadTs !== undefined && { threadTs }),
      ...(read.data && { metadata: read.data }),
    });
    return { ok: true, channel, ts, message: { type: 'message', text: content.text, ts } };
  }

  keep(message: Omit<RecordedMessage, 'ts' | 'versions'>): string {
    const ts = `${Math.floor(this.now() / 1_000)}.${String(++this.#made).padStart(6, '0')}`;
    this.messages.push({
      ...message,
      ts,
      versions: [{ at: this.now(), text: message.text, blocks: message.blocks, parse: message.parse }],
    });
    return ts;
  }

  update(given: unknown): Said {
    const args = methodArguments['chat.update'].safeParse(given);
    if (!args.success) return no('invalid_arguments', problemsOf(args.error));
    const { channel, ts } = args.data;
    if (this.stateOf(channel) !== 'open') return no(this.stateOf(channel) === 'archived' ? 'is_inactive' : 'channel_not_found');
    const message = this.messages.find((one) => one.channel === channel && one.ts === ts);
    if (!message) return no('message_not_found');
    const content = this.problemOf(args.data);
    if ('ok' in content) return content;
    Object.assign(message, content);
    message.versions.push({ at: this.now(), ...content });
    return { ok: true, channel, ts, text: content.text };
  }

  /** Where only the oldest is asked for, those closest to it come first: https://docs.slack.dev/reference/methods/conversations.history */
  read(method: keyof typeof questionArguments, given: unknown): Said {
    const args = questionArguments[method].safeParse(given);
    if (!args.success) return no('invalid_arguments', problemsOf(args.error));
    const { channel, ts, oldest = '0', include_all_metadata: all, limit, cursor = '0' } = args.data;
    if (!this.scopes.has('channels:history')) return { ...no('missing_scope'), needed: 'channels:history' };
    if (this.stateOf(channel) === 'missing') return no('channel_not_found');
    const here = this.messages.filter((message) => message.channel === channel);
    if (ts !== undefined && !here.some((message) => message.ts === ts)) return no('thread_not_found');
    const wanted = here.filter((message) =>
      ts === undefined ? message.threadTs === undefined || message.broadcast : message.threadTs === ts,
    );
    const found = wanted.filter((message) => Number(message.ts) >= Number(oldest));
    const end = Number(cursor) + Math.min(limit, this.pageSize);
    const shown = found.slice(Number(cursor), end).map((message) => shownAs(message, all === 'true'));
    const parent = here.filter((message) => message.ts === ts).map((message) => shownAs(message, all === 'true'));
    const messages = ts === undefined ? shown.reverse() : [...parent, ...shown];
    return { ok: true, messages, has_more: end < found.length, response_metadata: { next_cursor: end < found.length ? String(end) : '' } };
  }
}

function shownAs({ ts, threadTs, text, blocks, metadata }: RecordedMessage, all: boolean) {
  const known = all ? metadata : metadata && { event_type: metadata.event_type };
  return { type: 'message', ts, text, blocks, ...(threadTs !== undefined && { thread_ts: threadTs }), ...(known && { metadata: known }) };
}

const problemsOf = (error: z.ZodError) =>
  error.issues.map(({ message, path }) => `[ERROR] ${message} [json-pointer:/blocks/${path.join('/')}]`);

/** What a person would see of it, and be led or called to by it. */
export function readable({ text, blocks, parse = 'full' }: Omit<Content, 'parse'> & { readonly parse?: string | undefined }) {
  const all: { readonly type: string; readonly text: string; readonly verbatim?: boolean | undefined }[] = blocks.flatMap((block) => {
    if (block.type === 'header') return [block.text];
    if (block.type === 'section') return [...(block.text ? [block.text] : []), ...(block.fields ?? [])];
    return block.type === 'context' ? block.elements : [];
  });
  const marked = [text, ...all.filter(({ type }) => type === 'mrkdwn').map((one) => one.text)];
  const bare = [
    ...(parse === 'none' ? [] : [text]),
    ...all.filter(({ type, verbatim }) => type === 'mrkdwn' && !verbatim).map((one) => one.text),
  ];
  const buttons = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return {
    header: blocks.flatMap((block) => (block.type === 'header' ? [block.text.text] : []))[0],
    lines: all.map((one) => one.text),
    links: [
      ...marked.flatMap(linksIn),
      ...bare.flatMap(bareLinksIn),
      ...buttons.flatMap(({ url }) => url ?? []),
      ...blocks.flatMap((block) => (block.type === 'image' ? [block.image_url] : [])),
    ],
    // Nothing is parsed in plain text; that nothing could be is asked all the same.
    mentions: [...marked, ...all.map((one) => one.text)].flatMap(mentionsIn),
    buttons: buttons.map(({ action_id }) => action_id),
  };
}
