import { assertionKeyOf, assertionKeyProblems } from '../lighthouserc/assertion-key.ts';
import type { Monitor } from './monitor.ts';

/** What is to be told of the bounds of a monitor, a line each, as of those of lighthouserc. */
export interface AssertionProblems {
  /** Names of what Lighthouse does not have, with the nearest that it has. */
  readonly mistakes: readonly string[];
  /** What is read in another place, or not checked. */
  readonly warnings: readonly string[];
}

export function assertionProblems({ assertions }: Pick<Monitor, 'assertions'>): AssertionProblems {
  const all = Object.keys(assertions).flatMap((written) =>
    assertionKeyProblems(assertionKeyOf(written)).map(({ level, message }) => ({ level, text: `assertions.${written}: ${message}` })),
  );
  const of = (wanted: 'error' | 'warning') => all.filter(({ level }) => level === wanted).map(({ text }) => text);
  return { mistakes: of('error'), warnings: of('warning') };
}
