/** At most so many UTF-16 units, which are never fewer than the characters that Slack counts, and only whole ones. */
export function cutUnits(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and nothing else. At most so many units when escaped. */
export function escapedText(text: string, most: number): string {
  const cut = cutUnits(text, most);
  const whole = withEntities(cut);
  if (whole.length <= most) return whole;
  let escaped = '';
  for (const sign of cut) {
    const next = withEntities(sign);
    if (escaped.length + next.length >= most) break;
    escaped += next;
  }
  return `${escaped}…`;
}

const withEntities = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** What looks like the name of an emoji is text. */
  readonly emoji: false;
}

/**
 * Text that Slack shows as it is. It parses no mention or link in plain text; a space without width behind `<` makes sure that nothing which
 * does could find one.
 */
export function plainText(text: string, most: number): PlainText {
  return { type: 'plain_text', text: cutUnits(text.replaceAll(/<(?=\S)/g, '<\u200b'), most), emoji: false };
}
