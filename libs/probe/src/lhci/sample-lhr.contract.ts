export interface SampleLhr {
  readonly url?: string;
  readonly version?: string;
  readonly performance?: number | null;
  readonly lcp?: number;
  readonly fcp?: number;
  readonly interactive?: number;
}

/** As much of a result of Lighthouse as its clients and the server read. */
export function sampleLhr({ url = 'https://shop.example/', version = '12.6.1', performance = 0.9, ...times }: SampleLhr = {}) {
  const { lcp = 2_000, fcp = 1_000, interactive = 3_000 } = times;
  const numeric = (id: string, numericValue: number) => ({
    ...{ id, title: id, description: '', score: 0.5, scoreDisplayMode: 'numeric', numericValue, numericUnit: 'millisecond' },
  });
  const other = (id: string, scoreDisplayMode: string, score: number | null) => ({
    id,
    title: id,
    description: '',
    score,
    scoreDisplayMode,
  });
  const audits = [
    ...[numeric('first-contentful-paint', fcp), numeric('largest-contentful-paint', lcp), numeric('interactive', interactive)],
    ...[other('label', 'binary', 1), other('button-name', 'binary', 0), other('link-name', 'error', null)],
    ...[other('input-image-alt', 'notApplicable', null), other('is-crawlable', 'binary', 1)],
  ];
  const category = (id: string, score: number | null, auditRefs: readonly object[] = []) => ({ id, title: id, score, auditRefs });
  const named = (id: string) => ({ id, weight: 1, group: 'a11y-names-labels' });
  return {
    ...{ lighthouseVersion: version, fetchTime: '2026-05-04T10:00:00.000Z', gatherMode: 'navigation' },
    ...{ requestedUrl: url, finalUrl: url, finalDisplayedUrl: url, mainDocumentUrl: url, runWarnings: [] as string[] },
    audits: Object.fromEntries(audits.map((audit) => [audit.id, audit])),
    categories: {
      performance: category('performance', performance, [{ id: 'largest-contentful-paint', weight: 25, group: 'metrics' }]),
      accessibility: category('accessibility', 0.8, ['label', 'button-name', 'link-name', 'input-image-alt', 'missing'].map(named)),
      seo: category('seo', 1, [{ id: 'is-crawlable', weight: 1, group: 'seo-crawl' }]),
    },
    categoryGroups: {},
    configSettings: { formFactor: 'mobile', throttlingMethod: 'simulate', locale: 'en-US' },
    environment: { benchmarkIndex: 1_500, hostUserAgent: 'Chrome/156', networkUserAgent: 'Chrome/156' },
    timing: { total: 9_000, entries: [] as object[] },
    i18n: { rendererFormattedStrings: {}, icuMessagePaths: {} },
  };
}
