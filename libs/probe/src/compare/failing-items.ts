import type { LighthouseAudit, LighthouseResult } from '../lhr/lighthouse-result.ts';

/** Of an audit with a score of less something is wrong. Lighthouse shows those from 0.9 on in green. */
const passing = 0.9;
const judging: ReadonlySet<string> = new Set(['binary', 'numeric', 'metricSavings']);

/** Whether an audit that says good or bad says bad. Those that failed themselves, or only inform, say neither. */
export function isFailing({ score, scoreDisplayMode }: LighthouseAudit): boolean {
  return judging.has(scoreDisplayMode) && score !== null && score < passing;
}

/**
 * What an audit names as faulty, by what names it from run to run and on either side: the selector of an element, otherwise the address of a file
 * without its host and without the hash in its name.
 */
export function failingItems(audit: LighthouseAudit, origin: string): string[] {
  const found = new Set<string>();
  collect(audit.details, origin, found);
  return [...found];
}

/** Tables, lists and what stands below a row; a row that has a name of its own stands for all below it. */
function collect(part: unknown, origin: string, found: Set<string>): void {
  if (Array.isArray(part)) {
    for (const one of part) collect(one, origin, found);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const row = part as Readonly<Record<string, unknown>>;
  const name = nameOf(row, origin);
  if (name !== undefined) found.add(name);
  else for (const key of ['items', 'value', 'subItems']) collect(row[key], origin, found);
}

interface Named {
  readonly node?: { readonly selector?: unknown };
  readonly url?: unknown;
  readonly source?: { readonly url?: unknown };
  readonly sourceLocation?: { readonly url?: unknown };
}

function nameOf(row: Named, origin: string): string | undefined {
  const selector = row.node?.selector ?? (row as { selector?: unknown }).selector;
  if (typeof selector === 'string' && selector !== '') return selector;
  const url = [row.url, row.source?.url, row.sourceLocation?.url].find((one) => typeof one === 'string' && one !== '');
  return url === undefined ? undefined : lastingName(url as string, origin);
}

/** The two sides are served from different hosts, and their files have other hashes. */
function lastingName(url: string, origin: string): string {
  const local = origin !== '' && url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
  return local.replace(/[?#].*$/s, '').replace(/([.-])(?=[\w-]*\d)[\w-]{8,}(?=\.\w+$)/, '$1*');
}

/** Scheme, host and port of the page; empty where it has none. */
export function originOf({ finalDisplayedUrl }: Pick<LighthouseResult, 'finalDisplayedUrl'>): string {
  const origin = URL.canParse(finalDisplayedUrl) ? new URL(finalDisplayedUrl).origin : '';
  return origin === 'null' ? '' : origin;
}
