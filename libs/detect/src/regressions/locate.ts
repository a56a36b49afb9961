import type { Track } from './track.ts';

const longestSplit = 84;
const before = 168;
const clip = 4;
const fewestBefore = 12;
/** Points of log likelihood, doubled, by which a deploy is believed more than any other hour: most changes come with one. */
const deployBonus = 5;

export interface Start {
  /** Index of the hour with which the level changed. */
  readonly start: number;
  /** Index of the suspected deploy. */
  readonly deploy: number | null;
}

/** When the level of a track changed: the split that explains the last days best. */
export function startOf(track: Track, now: number, floor: number, deploys: readonly number[]): Start {
  const { residual, weight } = track;
  const first = Math.max(floor, now - longestSplit - before);
  const earliest = Math.max(floor + fewestBefore, now - longestSplit);
  const values = new Float64Array(now + 1);
  const centre = track.mean(first, Math.max(first + 1, earliest));
  let [total, sum] = [0, 0];
  for (let i = first; i <= now; i++) {
    const far = weight[i]! > 0 ? clip / Math.sqrt(weight[i]!) : 0;
    values[i] = residual[i]! - centre > 3 * far ? centre + far : residual[i]!;
    total += weight[i]!;
    sum += weight[i]! * values[i]!;
  }
  let [afterW, afterY, best, at] = [0, 0, Number.NEGATIVE_INFINITY, now];
  for (let i = now; i >= earliest; i--) {
    afterW += weight[i]!;
    afterY += weight[i]! * values[i]!;
    if (weight[i] === 0 || total - afterW <= 0) continue;
    const jump = afterY / afterW - (sum - afterY) / (total - afterW);
    if (jump <= 0) continue;
    const gain = jump ** 2 / (track.variance(i, now + 1) + track.variance(first, i)) + (deploys.includes(i) ? deployBonus : 0);
    if (gain > best) [best, at] = [gain, i];
  }
  const deploy = suspectOf(at, deploys);
  return { start: deploy ?? at, deploy };
}

const deployBefore = 4;
const deployAfter = 2;

/** The deploy that a start belongs to: at most 4 hours before it or 2 after, the nearest of them. */
function suspectOf(start: number, deploys: readonly number[]): number | null {
  let nearest: number | null = null;
  for (const deploy of deploys) {
    if (deploy < start - deployBefore || deploy > start + deployAfter) continue;
    if (nearest === null || Math.abs(deploy - start) <= Math.abs(nearest - start)) nearest = deploy;
  }
  return nearest;
}

/** Points of log likelihood, doubled, that one stratum alone must explain better than all together. */
const aloneMargin = 2;

/** The stratum that a change is about, null where it is general: whichever explains the strata's shifts better. */
export function stratumOf(tracks: readonly Track[], start: number, now: number, floor: number): number | null {
  const shifts = tracks.flatMap((track) => {
    const from = Math.max(floor, start - before);
    if (track.valid(start, now + 1) === 0 || track.valid(from, start) === 0) return [];
    const shift = track.mean(start, now + 1) - track.mean(from, start);
    return [{ stratum: track.evidence.stratum, shift, precision: 1 / (track.variance(start, now + 1) + track.variance(from, start)) }];
  });
  if (shifts.length < 2) return null;
  const misfit = (shift: number, of: typeof shifts) => of.reduce((all, one) => all + one.precision * (one.shift - shift) ** 2, 0);
  const precision = shifts.reduce((all, one) => all + one.precision, 0);
  const common = shifts.reduce((all, one) => all + one.precision * one.shift, 0) / precision;
  const together = misfit(common, shifts);
  // What one stratum alone explains is its own square; the rest must then lie at zero.
  const loudest = shifts.reduce((one, other) =>
    other.precision * other.shift ** 2 > one.precision * one.shift ** 2 && other.shift > 0 ? other : one,
  );
  if (loudest.shift <= 0) return null;
  const alone = misfit(0, shifts) - loudest.precision * loudest.shift ** 2;
  return alone + aloneMargin < together ? loudest.stratum : null;
}

const near = 8;

/** Whether a change came within some hours, rather than as part of a slow one. */
export function abrupt({ track, shift }: { readonly track: Track; readonly shift: number }, start: number): boolean {
  if (start < near) return false;
  return track.mean(start, start + near) - track.mean(start - near, start) >= 0.6 * shift;
}
