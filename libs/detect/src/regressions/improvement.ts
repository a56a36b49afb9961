import { hasEnded } from './locate.ts';
import { type ScanRequest, type Sight, scan } from './scan.ts';
import { type Start, startOf } from './start.ts';
import type { Track } from './track.ts';

/** Nobody is woken by what got better: it may wait until it is sure to last. */
const lastingHours = 12;

export interface Improvement extends Start {
  readonly sight: Sight;
}

/** What lowered a series for good: a change for the worse of the same series upside down. */
export function improvementOf(track: Track, request: ScanRequest): Improvement | null {
  const { now, floor, deploys } = request;
  const mirrored = track.mirrored();
  const sight = scan(mirrored, request);
  if (!sight) return null;
  const { start, deploy } = startOf(mirrored, now, floor, deploys);
  if (now - start + 1 < lastingHours || hasEnded(mirrored, start, now, floor)) return null;
  return { start, deploy, sight: { ...sight, track, shift: -sight.shift } };
}
