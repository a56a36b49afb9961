import type { LighthouseResult } from '../lhr/lighthouse-result.ts';

/** Of the first run that did not pass it: titles tell what was found. */
export function auditTitleOf(runs: readonly LighthouseResult[], auditId: string): string | undefined {
  const audits = runs.flatMap(({ audits }) => audits[auditId] ?? []);
  return (audits.find(({ score }) => score !== 1) ?? audits[0])?.title;
}
