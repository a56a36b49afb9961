import type { InhibitionConfig } from '#contracts';
import { houseProject, houseTroubles } from '../self/house-rules.ts';
import { type Matchable, matches, namesOf } from './matches.ts';

/** An incident as far as others may hold it back. */
export interface Inhibiting extends Matchable {
  readonly id: string;
  readonly resolvedAt: number | null;
}

/** What is open that the incident is not told beside; null: nothing. `open` may contain the incident itself. */
export function inhibitorOf<T extends Inhibiting>(what: Inhibiting, open: Iterable<T>, inhibitions: readonly InhibitionConfig[]): T | null {
  const aimed = inhibitions.filter(({ target }) => matches(target, what));
  for (const other of open) {
    if (other.id === what.id || other.resolvedAt !== null) continue;
    if (blinds(other, what)) return other;
    if (aimed.some(({ source, equal }) => other.project === what.project && matches(source, other) && agree(equal, other, what)))
      return other;
  }
  return null;
}

/** Whether anything at all may be held back by it. */
export function isSource(what: Inhibiting, inhibitions: readonly InhibitionConfig[]): boolean {
  return isPipeline(what) || inhibitions.some(({ source }) => matches(source, what));
}

const isPipeline = ({ project, rule }: Inhibiting) => project === houseProject && rule.id === houseTroubles.pipeline.id;

/** While what is stored is behind, nothing that is judged is true of now. */
function blinds(other: Inhibiting, what: Inhibiting): boolean {
  return isPipeline(other) && what.project !== houseProject;
}

/** Two that have nothing in common agree in nothing. */
function agree(equal: readonly string[], one: Inhibiting, other: Inhibiting): boolean {
  if (equal.length === 0) return true;
  const [mine, theirs] = [namesOf(one), namesOf(other)];
  return equal.every((name) => mine.get(name) === theirs.get(name)) && equal.some((name) => mine.has(name));
}
