import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { goneAudits } from '../lighthouserc/known-audits.ts';
import { replacedAudits } from '../lighthouserc/replaced-audits.ts';
import type { Assertion, AssertionSet } from './assertion.ts';
import type { AssertionResult } from './assertion-result.ts';
import { type CheckedRuns, checkAssertion } from './check-assertion.ts';
import { checkPerformanceBudget } from './performance-budget.ts';

/** Where the browser was at the end: what patterns of addresses are held against. */
export const addressOf = ({ finalUrl, finalDisplayedUrl }: LighthouseResult) => finalUrl ?? finalDisplayedUrl;

/** Everything that one page is held to, in the order of the file. Nothing where there are no runs. */
export function checkPage(sets: readonly AssertionSet[], checked: CheckedRuns): AssertionResult[] {
  if (checked.runs.length === 0) return [];
  const meant = sets.filter(({ urlPattern }) => urlPattern === undefined || new RegExp(urlPattern).test(checked.url));
  return meant.flatMap(({ assertions }) => assertions.filter((assertion) => !isGone(assertion, checked)).flatMap(check));

  function check(assertion: Assertion): AssertionResult[] {
    return assertion.key === 'performance-budget' ? checkPerformanceBudget(assertion, checked) : checkAssertion(assertion, checked);
  }
}

/** What the Lighthouse that ran no longer has, nor anything in its place: that is told where the file is read. Presets name such audits too. */
const isGone = ({ key, ofPreset }: Assertion, { runs }: CheckedRuns) =>
  goneAudits.includes(key) &&
  (ofPreset === true || replacedAudits[key] === undefined) &&
  runs.every(({ audits }) => audits[key] === undefined);
