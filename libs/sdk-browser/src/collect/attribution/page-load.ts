import type { Metric } from 'web-vitals';
import { phases } from './phases.ts';

type PageEntry = PerformanceNavigationTiming & { activationStart?: number };

/** The parts of LCP, FCP and TTFB, in ms. They add up to the vital. */
export function explainLoad({ name, value, entries, navigationStartTime }: Metric, target: string | undefined): object {
  const [page] = performance.getEntriesByType('navigation') as PageEntry[];
  const entry = entries.at(-1);
  // After a return from the back-forward cache there is nothing to explain.
  if (!page || !entry) return {};
  // A soft navigation starts at its interaction, long after the page's first byte.
  const start = navigationStartTime || page.activationStart || 0;
  if (name === 'TTFB') {
    const ends = [page.workerStart || page.fetchStart, page.domainLookupStart, page.connectStart, page.connectEnd];
    return phases(['waitingDuration', 'cacheDuration', 'dnsDuration', 'connectionDuration', 'requestDuration'], ends, start, value);
  }
  if (name === 'FCP') return phases(['timeToFirstByte', 'firstByteToFCP'], [page.responseStart], start, value);
  const { url } = entry as LargestContentfulPaint;
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const resource = resources.filter((candidate) => candidate.name === url && candidate.startTime <= entry.startTime).pop();
  const ends = [page.responseStart, resource?.requestStart || resource?.startTime || 0, resource?.responseEnd ?? 0];
  return {
    target,
    url: url || undefined,
    ...phases(['timeToFirstByte', 'resourceLoadDelay', 'resourceLoadDuration', 'elementRenderDelay'], ends, start, value),
  };
}
