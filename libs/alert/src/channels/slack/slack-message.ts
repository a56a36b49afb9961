import { showMeasure, showTwo } from '#contracts';
import type { Notice, NoticeMeasure } from '../../notices/notice.ts';
import { linksOf, type NoticeLink } from '../../notices/notice-links.ts';
import { firstLine, furtherLines, instant, lengthOf, oneLine } from '../../notices/notice-text.ts';
import { cutUnits, escapedText, type PlainText, plainText } from './slack-text.ts';

/**
 * https://docs.slack.dev/reference/block-kit/blocks: 150 characters of a header, 3,000 of a section, 10 fields of 2,000 each. All of a message
 * was refused near 13,000, https://github.com/slackapi/bolt-js/issues/2509; what is counted there is not known, so all of its JSON is here.
 */
export const limits = {
  header: 150,
  fields: 10,
  field: 200,
  lines: 1_500,
  text: 1_000,
  plain: 3_000,
  link: 1_000,
  value: 500,
  message: 10_000,
};

interface LinkText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Nothing in it is made a link but what is written as one. */
  readonly verbatim: true;
}

interface Button {
  readonly type: 'button';
  readonly action_id: SlackButton;
  readonly text: PlainText;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary';
}

/** What a button asks for. Open leads to the house and asks for nothing. */
export type SlackButton = 'acknowledge' | 'silence_1h' | 'open';

type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'section'; readonly text: PlainText }
  | { readonly type: 'image'; readonly image_url: string; readonly alt_text: string }
  | { readonly type: 'context'; readonly elements: readonly (PlainText | LinkText)[] }
  | { readonly type: 'actions'; readonly elements: readonly Button[] };

export interface SlackContent {
  /** What a notification shows, escaped; all there is where there are no blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export interface SlackLayout {
  /** Of the delivery: comes back with a button. */
  readonly delivery: string;
  /** Somebody verifies what buttons say. */
  readonly buttons: boolean;
  /** An earlier one may have arrived, and nobody can look. */
  readonly repeated?: boolean;
}

/**
 * The same notice as it is best shown, and as it is shown where Slack does not take that: without its chart, which Slack fetches while it
 * takes the message, and in the end as text alone.
 */
export function slackLayouts(notice: Notice, layout: SlackLayout): readonly SlackContent[] {
  const text = escapedText(firstLine(notice), limits.text);
  const { chart, ...parts } = partsOf(notice, layout);
  const withoutChart = { text, blocks: withinLimit(text, parts) };
  const plain = escapedText([firstLine(notice), ...furtherLines(notice), ...(layout.repeated ? [twice] : [])].join('\n'), limits.plain);
  return [...(chart ? [{ text, blocks: withinLimit(text, { ...parts, chart }) }] : []), ...[withoutChart, { text: plain, blocks: [] }]];
}

/** In the order in which they stand. */
interface Parts {
  readonly header: SlackBlock;
  readonly fields?: SlackBlock;
  readonly lines: SlackBlock;
  readonly chart?: SlackBlock;
  readonly context: SlackBlock;
  readonly links?: SlackBlock;
  readonly actions?: SlackBlock;
}

/** What a message does without first. */
const dispensable = ['chart', 'links', 'fields'] as const;

function withinLimit(text: string, parts: Parts): readonly SlackBlock[] {
  let kept = parts;
  for (const name of dispensable) {
    if (JSON.stringify({ text, blocks: blocksOf(kept) }).length < limits.message) break;
    const { [name]: _, ...rest } = kept;
    kept = rest;
  }
  return blocksOf(kept);
}

function blocksOf({ header, fields, lines, chart, context, links, actions }: Parts): SlackBlock[] {
  return [header, fields, lines, chart, context, links, actions].filter((block) => block !== undefined);
}

const twice = 'Perhaps told twice: the answer to an earlier attempt was lost';

function partsOf(notice: Notice, layout: SlackLayout): Parts {
  const { rule, project, at, chartUrl, measure } = notice;
  const links = linksOf(notice)
    .map(encoded)
    .filter(({ href }) => href.length <= limits.link);
  const told = plainText(oneLine(`Rule ${rule.name}, project ${project}, ${instant(at)}`), limits.field);
  const fields = fieldsOf(notice);
  const buttons = layout.buttons ? buttonsOf(notice, layout.delivery, links) : [];
  return {
    header: { type: 'header', text: plainText(`${signOf(notice)} ${firstLine(notice)}`, limits.header) },
    ...(fields.length > 0 && { fields: { type: 'section', fields } }),
    lines: { type: 'section', text: plainText(furtherLines(notice).join('\n'), limits.lines) },
    ...(chartUrl !== undefined &&
      /^https:\/\/[^\s\p{Cc}]{1,992}$/iu.test(chartUrl) && {
        chart: {
          type: 'image',
          image_url: chartUrl,
          alt_text: plainText(oneLine(`Chart of ${measure?.metric ?? rule.name}`), limits.field).text,
        },
      }),
    context: { type: 'context', elements: [told, ...(layout.repeated ? [plainText(twice, limits.field)] : [])] },
    ...(links.length > 0 && { links: { type: 'context', elements: links.map(linkText) } }),
    ...(buttons.length > 0 && { actions: { type: 'actions', elements: buttons } }),
  };
}

const signs = { critical: '🔴', warning: '🟠', info: '🔵' } as const;

function signOf({ kind, severity }: Notice): string {
  if (kind === 'test') return '🧪';
  return kind === 'resolve' ? '✅' : signs[severity];
}

function fieldsOf({ measure, incident, labels }: Notice): PlainText[] {
  const all = [...(measure ? measuresOf(measure, incident.peak) : []), ...Object.entries(labels)];
  const shown = all.length > limits.fields ? all.slice(0, limits.fields - 1) : all;
  const rest = all.length - shown.length;
  return [...shown, ...(rest > 0 ? [['And', `${rest} more`] as const] : [])].map(([name, value]) =>
    plainText(`${cutUnits(oneLine(name), limits.field / 2) || '(no name)'}\n${oneLine(value) || '(empty)'}`, limits.field),
  );
}

function measuresOf({ value, reference, unit, comparison, samples, windowS }: NoticeMeasure, peak: number | undefined) {
  const [now, held] = showTwo(value, reference, unit);
  const isChange = comparison === 'increasing' || comparison === 'decreasing';
  return [
    ...([
      ['Value', now],
      [isChange ? 'Before' : 'Threshold', held],
    ] as const),
    ...(peak === undefined ? [] : ([['At worst', showMeasure(peak, unit)]] as const)),
    ['Window', `${lengthOf(windowS * 1_000)}, ${samples} ${samples === 1 ? 'sample' : 'samples'}`] as const,
  ];
}

/** Of characters that end no link in Slack's markup. */
const encoded = ({ text, href }: NoticeLink) => ({ text, href: href.replaceAll(/[<>|]/g, encodeURIComponent) });
const linkText = ({ text, href }: NoticeLink): LinkText => ({
  type: 'mrkdwn',
  text: `<${href.replaceAll('&', '&amp;')}|${text}>`,
  verbatim: true,
});

function buttonsOf({ kind, incident }: Notice, delivery: string, links: readonly NoticeLink[]): Button[] {
  const value = new URLSearchParams({ incident: incident.id, delivery }).toString();
  const over = kind === 'resolve' || kind === 'test' || incident.resolvedAt !== undefined || value.length > limits.value;
  const open = links.find(({ text }) => text === 'Incident')?.href;
  const button = (action_id: SlackButton, text: string, rest: Pick<Button, 'value' | 'url' | 'style'>): Button => ({
    ...{ type: 'button', action_id, text: plainText(text, limits.field) },
    ...rest,
  });
  return [
    ...(over || incident.acknowledged ? [] : [button('acknowledge', 'Acknowledge', { value, style: 'primary' })]),
    ...(over ? [] : [button('silence_1h', 'Silence 1 h', { value })]),
    ...(open === undefined ? [] : [button('open', 'Open', { url: open })]),
  ];
}
