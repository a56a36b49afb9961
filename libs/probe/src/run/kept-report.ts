import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { Secrets } from './secrets.ts';

/** What is stored of a report: without the texts of other languages and the picture of the whole page, half of its bytes; with secrets masked. */
export function keptReport(lhr: LighthouseResult, secrets: Secrets): LighthouseResult {
  const { i18n, fullPageScreenshot, ...kept } = lhr as LighthouseResult & { i18n?: unknown; fullPageScreenshot?: unknown };
  return secrets.maskAll(kept);
}
