import { hourMs } from '../hours.ts';
import type { FoundRegression } from './judged-hours.ts';

/** Starts that lie so close together may be one: each is known to about two hours. */
const sameStartMs = 2 * hourMs;

type Told = Omit<FoundRegression, 'cause'>;

/**
 * Whether two regressions of a project have one cause: they came with the same deploy, or, where no two deploys contradict it, they began
 * together and are about the same metric or the same route or tool. All of a metric and all of another began together for one reason as well.
 */
export function sameCause(one: Told, other: Told): boolean {
  if (one.app !== other.app || one.env !== other.env) return false;
  if (one.deploy && other.deploy) return one.deploy.release === other.deploy.release && one.deploy.at === other.deploy.at;
  return Math.abs(one.since - other.since) <= sameStartMs && (one.metric === other.metric || placeOf(one) === placeOf(other));
}

/**
 * What was found in an hour, each with the id of the regression that stands for its cause: one of those found before that is not over, or the
 * one of this hour that is about the most.
 */
export function withCauses<One extends Told>(
  found: readonly One[],
  before: readonly FoundRegression[],
): (One & { readonly cause: string })[] {
  const known: FoundRegression[] = [...before];
  const causes = new Map<string, string>();
  for (const one of [...found].sort(widestFirst)) {
    const cause = known.find((other) => sameCause(one, other))?.cause ?? one.id;
    causes.set(one.id, cause);
    known.push({ ...one, cause });
  }
  return found.map((one) => ({ ...one, cause: causes.get(one.id)! }));
}

/** What stands for a cause first: a whole metric, then what stands out most. */
export function widestFirst(one: Told, other: Told): number {
  return (
    Object.keys(one.segment).length - Object.keys(other.segment).length || other.evidence.z - one.evidence.z || (one.id < other.id ? -1 : 1)
  );
}

const placeOf = ({ segment: { route = '', tool = '' } }: Told) => `${route}\n${tool}`;
