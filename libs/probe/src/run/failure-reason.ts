import type { RunFailure } from './run-outcome.ts';

/** Lighthouse's codes that speak of the page: https://github.com/GoogleChrome/lighthouse/blob/main/core/lib/lh-error.js. All others are the machine's. */
const pageCodes = new Set([
  ...['NO_DOCUMENT_REQUEST', 'FAILED_DOCUMENT_REQUEST', 'ERRORED_DOCUMENT_REQUEST', 'INSECURE_DOCUMENT_REQUEST'],
  ...['CHROME_INTERSTITIAL_ERROR', 'NOT_HTML', 'DNS_FAILURE', 'PAGE_HUNG'],
]);

export function reasonOfCode(code: string): RunFailure {
  if (code === 'INVALID_URL') return 'configuration';
  return pageCodes.has(code) ? 'page' : 'machine';
}
