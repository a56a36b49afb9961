import { z } from 'zod';
import type { FieldMetric } from './field-values.ts';

/** Names of the Chrome UX Report: https://developer.chrome.com/docs/crux/api#metrics */
const names = {
  LCP: 'largest_contentful_paint',
  FCP: 'first_contentful_paint',
  CLS: 'cumulative_layout_shift',
  TTFB: 'experimental_time_to_first_byte',
  INP: 'interaction_to_next_paint',
} as const satisfies Record<FieldMetric, string>;

const date = z.object({ year: z.number().int(), month: z.number().int(), day: z.number().int() });
/** CLS comes as text. A metric without enough visitors has no percentiles. */
const metric = z.object({ percentiles: z.object({ p75: z.coerce.number() }).optional() });

/** An answer of `records:queryRecord`: https://developer.chrome.com/docs/crux/api */
const answerSchema = z.object({
  record: z.object({
    key: z.object({ url: z.string().optional(), origin: z.string().optional(), formFactor: z.string().optional() }),
    metrics: z.record(z.string(), metric),
    collectionPeriod: z.object({ firstDate: date, lastDate: date }).optional(),
  }),
});

/** What Chrome's users had on a page, as Google publishes it: the last 28 days. */
export interface CruxValues {
  /** Whether it is about the page or, where that has too few visitors, about its whole site. */
  readonly of: 'page' | 'site';
  readonly p75: Readonly<Partial<Record<FieldMetric, number>>>;
  /** Last day of the 28, such as 2026-11-28. */
  readonly until?: string;
}

/** Throws a `ZodError` on anything else. */
export function readCrux(answer: unknown): CruxValues {
  const { key, metrics, collectionPeriod } = answerSchema.parse(answer).record;
  const p75 = Object.entries(names).flatMap(([name, theirs]) => {
    const value = metrics[theirs]?.percentiles?.p75;
    return value === undefined ? [] : [[name, value] as const];
  });
  const last = collectionPeriod?.lastDate;
  return {
    of: key.url === undefined ? 'site' : 'page',
    p75: Object.fromEntries(p75),
    ...(last && { until: [last.year, last.month, last.day].map((part) => String(part).padStart(2, '0')).join('-') }),
  };
}

export interface CruxAccess {
  readonly apiKey: string;
  /** https://chromeuxreport.googleapis.com, or a test server. */
  readonly url: string;
}

/** Answers that are longer are none of CrUX. */
const longestAnswer = 256 * 1024;
const patienceMs = 10_000;

/**
 * Of the page, or of its site where Chrome has too few visitors of the page; null where it has neither. Throws where Google refuses or cannot be
 * reached, without the key.
 */
export async function askCrux(
  { apiKey, url }: CruxAccess,
  page: { readonly url: string; readonly formFactor: 'mobile' | 'desktop' },
  signal: AbortSignal,
): Promise<CruxValues | null> {
  const formFactor = page.formFactor === 'mobile' ? 'PHONE' : 'DESKTOP';
  for (const about of [{ url: page.url }, { origin: new URL(page.url).origin }]) {
    const response = await fetch(new URL('/v1/records:queryRecord', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': apiKey },
      body: JSON.stringify({ ...about, formFactor, metrics: Object.values(names) }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    const text = await response.text();
    if (response.status === 404) continue;
    if (!response.ok) throw new Error(`the Chrome UX Report answers ${response.status}: ${text.slice(0, 200).replaceAll(apiKey, '***')}`);
    if (text.length > longestAnswer) throw new Error(`the Chrome UX Report answers more than ${longestAnswer} bytes`);
    return readCrux(JSON.parse(text));
  }
  return null;
}
