import { createHash } from 'node:crypto';
import { type Chart, chartSize } from '../../chart/chart.ts';
import { htmlText } from '../../notices/html-text.ts';
import { linksOf } from '../../notices/notice-links.ts';
import { firstLine, furtherLines } from '../../notices/notice-text.ts';
import type { Delivery } from '../channel.ts';
import { cutText } from '../cut-text.ts';
import { plainId } from '../plain-id.ts';

export interface EmailMessage {
  /** With its angle brackets; the same for every attempt. */
  readonly messageId: string;
  /** The first mail of the incident: mail clients show one thread. Absent of the first. */
  readonly references?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of the HTML, which names it by its `cid`. */
  readonly chart?: { readonly cid: string; readonly png: Buffer };
}

export const limits = { subject: 200, line: 2_000 } as const;

/** Nothing in it is loaded from anywhere: its chart comes with it. Nothing from a page is markup or a header of its own. */
export function emailMessage(delivery: Delivery, from: string, chart: Chart | null = null): EmailMessage {
  const { notice, seq } = delivery;
  const domain = domainOf(from);
  const thread = `<${threadId(delivery)}@${domain}>`;
  const [first, ...further] = [firstLine(notice), ...furtherLines(notice)].map((line) => cutText(line, limits.line));
  const links = linksOf(notice);
  const cid = `chart.${plainId(delivery.id)}@${domain}`;
  const foot = `Beaconhouse, project ${cutText(notice.project, 100)}, rule ${notice.rule.id}`;
  return {
    ...(seq <= 1 ? { messageId: thread } : { messageId: `<${plainId(delivery.id)}@${domain}>`, references: thread }),
    subject: cutText(first!, limits.subject),
    text: [first, '', ...further, '', ...links.map(({ text, href }) => `${text}: ${href}`), '', foot, ''].join('\n'),
    html: [
      '<!doctype html><html><body style="font-family:sans-serif">',
      `<p><b>${htmlText(first!)}</b></p>`,
      ...(chart
        ? [`<p><img src="cid:${cid}" width="${chartSize.width}" height="${chartSize.height}" alt="${htmlText(chart.alt)}"></p>`]
        : []),
      ...further.map((line) => `<p>${htmlText(line)}</p>`),
      ...links.map(({ text, href }) => `<p><a href="${htmlText(href)}">${text}</a></p>`),
      `<p style="color:#666">${htmlText(foot)}</p>`,
      '</body></html>',
    ].join('\n'),
    ...(chart && { chart: { cid, png: chart.png } }),
  };
}

/** Follows from the incident and the channel alone: whatever was lost, later mails know the first one. */
function threadId({ notice, channel }: Delivery): string {
  return createHash('sha256')
    .update(JSON.stringify([notice.incident.id, channel]))
    .digest('hex');
}

function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]{1,253})$/.exec(address)?.[1] ?? 'beaconhouse.invalid';
}
