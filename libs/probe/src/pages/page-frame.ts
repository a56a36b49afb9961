import { html, Markup } from './html.ts';
import { pageStyle } from './page-style.ts';

interface Crumb {
  readonly text: string;
  /** Relative to the page. */
  readonly to: string;
}

/** A whole page. */
export function pageFrame(title: string, crumbs: readonly Crumb[], body: Markup): string {
  const trail = crumbs.map(({ text, to }) => html`<a href="${to}">${text}</a>`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${new Markup(pageStyle)}</style></head>
<body><main>
<nav>${trail}</nav>
<h1>${title}</h1>
${body}
</main></body></html>
`.text;
}

/** As people read it, in UTC. */
export const instantText = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A link where the address is one of the web; else the words alone. */
export function outerLink(address: string, words: string): Markup {
  return /^https?:\/\//i.test(address) ? html`<a href="${address}" rel="noreferrer noopener">${words}</a>` : html`<span>${words}</span>`;
}
