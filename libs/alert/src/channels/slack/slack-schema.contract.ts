import { z } from 'zod';

/** In UTF-16 units, which is never fewer than Slack counts; not only of spaces. */
const text = (most: number) =>
  z
    .string()
    .refine((given) => given.trim().length > 0, 'must be more than 0 characters')
    .refine((given) => given.length <= most, `must be less than ${most + 1} characters`)
    .refine((given) => given.isWellFormed(), 'has whole characters only');

/** https://docs.slack.dev/messaging/formatting-message-text: `<…>` is a link or a mention, and whatever else is written so is a mistake. */
const markup = /<([^<>]*)>/g;
const isLink = (inner: string) => /^https?:\/\/[^\s|]+(?:\|[^|]+)?$/.test(inner);
const strayed = /[<>]|&(?!amp;|lt;|gt;)/;
const isMention = (inner: string) => /^[!@#]/.test(inner);
const markupOf = (given: string) => [...given.matchAll(markup)].map(([, inner]) => inner!);

/** Every dynamic part of it was escaped. */
export const escaped = (given: string) =>
  !strayed.test(given.replaceAll(markup, '')) && markupOf(given).every((inner) => isLink(inner) || isMention(inner));

export const linksIn = (given: string) =>
  markupOf(given)
    .filter(isLink)
    .map((inner) => inner.split('|')[0]!.replaceAll('&amp;', '&'));
/** What Slack makes a link where nobody says that it should not. */
export const bareLinksIn = (given: string) => given.replaceAll(markup, '').match(/https?:\/\/[^\s|]+/g) ?? [];
export const mentionsIn = (given: string) => markupOf(given).filter(isMention);

const plain = (most: number) => z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() });
const mrkdwn = (most: number) =>
  z.strictObject({
    ...{ type: z.literal('mrkdwn'), verbatim: z.boolean().optional() },
    text: text(most).refine(escaped, 'has < > & that are not escaped'),
  });
const either = (most: number) => z.discriminatedUnion('type', [plain(most), mrkdwn(most)]);
const web = z.url({ protocol: /^https?$/ }).max(3_000);
const block = { block_id: z.string().min(1).max(255).optional() };

const button = z.strictObject({
  ...{ type: z.literal('button'), action_id: z.string().min(1).max(255), text: plain(75) },
  ...{ value: z.string().max(2_000).optional(), url: web.optional(), style: z.enum(['primary', 'danger']).optional() },
});
const unique = (elements: readonly { readonly action_id: string }[]) =>
  new Set(elements.map(({ action_id }) => action_id)).size === elements.length;

/** https://docs.slack.dev/reference/block-kit/blocks, as far as the house uses them. */
export const blocksSchema = z
  .array(
    z.discriminatedUnion('type', [
      z.strictObject({ ...block, type: z.literal('header'), text: plain(150) }),
      z
        .strictObject({
          ...{ ...block, type: z.literal('section'), text: either(3_000).optional() },
          fields: z.array(either(2_000)).min(1).max(10).optional(),
        })
        .refine(({ text: own, fields }) => own !== undefined || fields !== undefined, 'has neither text nor fields'),
      z.strictObject({
        ...{ ...block, type: z.literal('image'), image_url: web, alt_text: text(2_000) },
        title: plain(2_000).optional(),
      }),
      z.strictObject({ ...block, type: z.literal('context'), elements: z.array(either(3_000)).min(1).max(10) }),
      z.strictObject({
        ...block,
        type: z.literal('actions'),
        elements: z.array(button).min(1).max(25).refine(unique, 'has an action_id twice'),
      }),
      z.strictObject({ ...block, type: z.literal('divider') }),
    ]),
  )
  .max(50, 'no more than 50 items allowed');
export type RecordedBlocks = z.output<typeof blocksSchema>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
export const metadataSchema = z.strictObject({
  event_type: z.string().regex(/^\w{1,255}$/),
  event_payload: z.record(z.string(), scalar).refine((payload) => JSON.stringify(payload).length <= 8_000),
});
export type RecordedMetadata = z.output<typeof metadataSchema>;

const content = {
  ...{ text: z.string().optional(), blocks: z.unknown().optional() },
  ...{ parse: z.enum(['none', 'full']).optional(), unfurl_links: z.boolean().optional(), unfurl_media: z.boolean().optional() },
};
const timestamp = z.string().regex(/^\d{10}\.\d{6}$/);

/** Slack says nothing of arguments that it does not know; here they are a mistake. */
export const methodArguments = {
  'chat.postMessage': z.strictObject({
    ...{ channel: z.string(), ...content, metadata: z.unknown().optional(), mrkdwn: z.boolean().optional() },
    ...{ thread_ts: timestamp.optional(), reply_broadcast: z.boolean().optional() },
  }),
  'chat.update': z.strictObject({
    ...{ channel: z.string(), ts: timestamp, text: content.text, blocks: content.blocks, parse: content.parse },
    metadata: z.unknown().optional(),
  }),
};
const asked = {
  ...{ channel: z.string(), cursor: z.string().optional(), oldest: timestamp.optional(), latest: timestamp.optional() },
  ...{ inclusive: z.enum(['true', 'false']).optional(), include_all_metadata: z.enum(['true', 'false']).optional() },
  limit: z.coerce.number().int().min(1).max(999).default(100),
};
export const questionArguments = {
  'conversations.history': z.strictObject({ ...asked, ts: z.undefined().optional() }),
  'conversations.replies': z.strictObject({ ...asked, ts: timestamp }),
};

export const webhookArguments = z.strictObject(content);
