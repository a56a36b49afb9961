import type { Notice } from './notice.ts';

export interface NoticeLink {
  readonly text: string;
  readonly href: string;
}

/** Where a person looks next. Nothing else is linked: what comes from pages is text. */
export function linksOf({ incident, rule, houseUrl }: Notice): NoticeLink[] {
  const links = [
    ...(houseUrl === undefined
      ? []
      : [{ text: 'Incident', href: `${houseUrl}/alerts/incidents/${encodeURIComponent(incident.id.toWellFormed())}` }]),
    ...(rule.runbookUrl === undefined ? [] : [{ text: 'Runbook', href: rule.runbookUrl }]),
  ];
  return links.filter(({ href }) => /^https?:\/\/[^\s\p{Cc}]+$/iu.test(href));
}
