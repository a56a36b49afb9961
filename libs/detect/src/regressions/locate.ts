import type { Track } from './track.ts';

const before = 168;

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

const ended = { levelHours: 6, lastHours: 3, left: 0.45, deviations: 2.2 };

/** Whether what began with an hour is over: the last hours stand clearly below the level that it had before them. It was an outage. */
export function hasEnded(track: Track, start: number, now: number, floor: number): boolean {
  const { residual, weight } = track;
  const usual = track.mean(Math.max(floor, start - before), start);
  const atFirst = medianOf(track, start, Math.min(now + 1, start + ended.levelHours));
  let [sum, weights] = [0, 0];
  for (let i = now; i > Math.max(start, now - ended.lastHours); i--) {
    sum += weight[i]! * (residual[i]! - usual);
    weights += weight[i]!;
    if (weights === 0) continue;
    const [height, level] = [sum / weights, Math.max(atFirst, medianOf(track, Math.max(start, i - ended.levelHours), i)) - usual];
    if (height < ended.left * level && (level - height) * Math.sqrt(weights) > ended.deviations) return true;
  }
  return false;
}

/** Of the hours [start, stop) that say something. */
function medianOf({ residual, weight }: Track, start: number, stop: number): number {
  const values: number[] = [];
  for (let i = start; i < stop; i++) if (weight[i]! > 0) values.push(residual[i]!);
  return values.sort((one, other) => one - other)[values.length >> 1] ?? 0;
}
