import type { GatherMode, LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { Assertion, AssertionSet } from './assertion.ts';
import type { AssertionResult } from './assertion-result.ts';
import { auditSubject } from './audit-subject.ts';
import { addressOf, checkPage } from './check-page.ts';

/** One step of a user flow, walked once. */
export interface WalkedStep {
  /** The script's file name. */
  readonly flow: string;
  /** As the script calls it. */
  readonly name: string;
  readonly lhr: LighthouseResult;
}

export interface CheckedStep {
  readonly results: readonly AssertionResult[];
  /** What is written for it and cannot be judged there, for people. */
  readonly unjudged: readonly string[];
}

/** What patterns are held against: where the step ended, and behind `#` which one it was. */
const stepAddress = ({ flow, name, lhr }: WalkedStep) => `${addressOf(lhr)}#${flow}/${name}`;

/**
 * Holds a step to the sets whose pattern its address matches. Those without a pattern are about pages: a part of a visit has other times and other bytes
 * than the load of a page.
 */
export function checkStep(sets: readonly AssertionSet[], step: WalkedStep): CheckedStep {
  const url = stepAddress(step);
  const meant = sets.filter(({ urlPattern }) => urlPattern !== undefined && new RegExp(urlPattern).test(url));
  const results = checkPage(measuredIn(meant, step.lhr), { url, runs: [step.lhr] });
  const written = meant.flatMap(({ assertions }) => assertions.filter(({ ofPreset }) => ofPreset !== true));
  return { results, unjudged: [...new Set(written.flatMap((assertion) => unjudgedOf(assertion, step.lhr)))] };
}

/** Without what the mode of the step does not measure: nobody can keep a bound on that. */
export const measuredIn = (sets: readonly AssertionSet[], lhr: LighthouseResult): AssertionSet[] =>
  sets.map((set) => ({ ...set, assertions: set.assertions.filter((assertion) => isMeasured(assertion, lhr)) }));

function isMeasured({ key }: Assertion, lhr: LighthouseResult): boolean {
  const { auditId, auditProperty = '', checkedAudit = auditId } = auditSubject(key, [lhr]);
  if (auditId !== 'categories') return lhr.audits[checkedAudit] !== undefined;
  // Lighthouse computes one also of the few metrics that other modes have.
  return lhr.categories[auditProperty] !== undefined && (auditProperty !== 'performance' || lhr.gatherMode === 'navigation');
}

const modes: Readonly<Record<GatherMode, string>> = { navigation: 'a navigation', timespan: 'a timespan', snapshot: 'a snapshot' };

function unjudgedOf(assertion: Assertion, lhr: LighthouseResult): string[] {
  const { key, label = key, bounds } = assertion;
  if (!isMeasured(assertion, lhr)) return [`${label}, which ${modes[lhr.gatherMode]} does not have`];
  return (bounds.maxIncrease ?? bounds.maxIncreasePercent) === undefined ? [] : [`the increase of ${label}, since flows are not compared`];
}
