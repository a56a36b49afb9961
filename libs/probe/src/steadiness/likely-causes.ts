import { auditItems } from '../lhr/audit-items.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { measuresOf } from '../lhr/measures.ts';
import { spreadOf } from './spread.ts';
import type { Spreads } from './unsteady.ts';

const tolerated = 0.05;
/** Share of the page's requests that go to other hosts. */
const muchForeign = 0.3;
const slowServerMs = 50;

/** Why runs of one page differ, as far as their results tell: sentences for people, the likeliest first. Empty where nothing stands out. */
export function likelyCauses(runs: readonly LighthouseResult[], spreads: Spreads, noisyRuns: number): string[] {
  return [
    noisyRuns > 0 && `${noisyRuns} of ${runs.length} runs were measured while the machine was not as fast as usual`,
    machineCause(runs),
    serverCause(spreads),
    contentCause(spreads),
    lcpElementCause(runs),
    foreignCause(runs),
    runs.some(({ configSettings }) => configSettings.throttlingMethod === 'provided') &&
      'nothing is throttled: what the machine and the network do at the moment is measured as it is',
  ].filter((cause) => cause !== false && cause !== null);
}

function machineCause(runs: readonly LighthouseResult[]): string | null {
  const indices = runs.map((lhr) => measuresOf(lhr).benchmarkIndex).filter((index) => index !== null);
  if (indices.length === 0) return null;
  const { min, max, share } = spreadOf(indices);
  return share > tolerated
    ? `the speed of the machine changed between runs (benchmark index ${Math.round(min)} to ${Math.round(max)})`
    : null;
}

function serverCause({ TTFB }: Spreads): string | null {
  if (!TTFB || TTFB.max - TTFB.min < slowServerMs || TTFB.share <= tolerated) return null;
  return `the server answered after ${Math.round(TTFB.min)} to ${Math.round(TTFB.max)} ms`;
}

function contentCause(spreads: Spreads): string | null {
  const [bytes, requests] = [spreads['total-bytes'], spreads.requests];
  const changed = [bytes, requests].some((spread) => spread && spread.max - spread.min > tolerated * spread.median);
  if (!changed || !bytes || !requests) return null;
  return `the page was not the same each time (${requests.min} to ${requests.max} requests, ${bytes.min} to ${bytes.max} bytes)`;
}

function lcpElementCause(runs: readonly LighthouseResult[]): string | null {
  const selectors = new Set(runs.flatMap(lcpSelectors));
  return selectors.size > 1 ? `the largest element was not the same each time: ${[...selectors].slice(0, 3).join(', ')}` : null;
}

function lcpSelectors({ audits }: LighthouseResult): string[] {
  const rows = [audits['lcp-breakdown-insight'], audits['largest-contentful-paint-element']].flatMap((audit) => auditItems(audit) ?? []);
  const nodes = rows.flatMap((row) => [row, ...(Array.isArray(row.items) ? row.items : [])]);
  const selector = nodes.map((node) => node.selector ?? node.node?.selector).find((text) => typeof text === 'string');
  return selector === undefined ? [] : [selector];
}

function foreignCause(runs: readonly LighthouseResult[]): string | null {
  const [lhr] = runs;
  const requests = lhr && auditItems(lhr.audits['network-requests']);
  if (!requests || requests.length === 0 || !URL.canParse(lhr.finalDisplayedUrl)) return null;
  const { host } = new URL(lhr.finalDisplayedUrl);
  const hosts = requests.map(({ url }) => (typeof url === 'string' && URL.canParse(url) ? new URL(url).host : host));
  const foreign = hosts.filter((one) => one !== host && one !== '');
  if (foreign.length / hosts.length < muchForeign) return null;
  return `${foreign.length} of ${hosts.length} requests go to other hosts, such as ${foreign[0]}`;
}
