import type { Track } from './track.ts';

const longestSplit = 84;
const before = 168;
const clip = 4;
const fewestBefore = 12;
/** Points of log likelihood, doubled, by which a deploy is believed more than any other hour: most changes come with one. */
const deployBonus = 5;
/** The same by which a slow change must explain the days better than a sudden one. */
const rampMargin = 3;
/** Hours over which a slow change may come. */
const ramps = [12, 24, 36, 48, 60, 72] as const;
const fewestRising = 4;

export interface Start {
  /** Index of the hour with which the level began to change. */
  readonly start: number;
  /** Index of the suspected deploy. */
  readonly deploy: number | null;
}

/** When the level of a track began to change: the step, or else the slow rise, that explains the last days best. */
export function startOf(track: Track, now: number, floor: number, deploys: readonly number[]): Start {
  const days = lastDays(track, now, floor);
  const step = stepOf(track, days, deploys);
  const deploy = suspectOf(step.start, deploys);
  const ramp = rampOf(days);
  const sudden = gainOf(days, step.start, 1);
  // Hours are not independent: what they say together is as much less as it is for the step.
  const better = (ramp.gain - sudden) * (step.gain / sudden);
  if (better > rampMargin + (deploy === null ? 0 : deployBonus)) return { start: ramp.start, deploy: suspectOf(ramp.start, deploys) };
  return { start: deploy ?? step.start, deploy };
}

interface Days {
  /** Residuals by index; of hours far above the days before, what is believed of them. */
  readonly values: Float64Array;
  readonly weight: Float64Array;
  /** What is looked at, and the earliest index with which a change may begin. */
  readonly first: number;
  readonly earliest: number;
  readonly now: number;
}

function lastDays(track: Track, now: number, floor: number): Days {
  const { residual, weight } = track;
  const first = Math.max(floor, now - longestSplit - before);
  const earliest = Math.max(floor + fewestBefore, now - longestSplit);
  const values = new Float64Array(now + 1);
  const centre = track.mean(first, Math.max(first + 1, earliest));
  for (let i = first; i <= now; i++) {
    const far = weight[i]! > 0 ? clip / Math.sqrt(weight[i]!) : 0;
    values[i] = residual[i]! - centre > 3 * far ? centre + far : residual[i]!;
  }
  return { values, weight, first, earliest, now };
}

/** The split with the largest jump for its noise. */
function stepOf(track: Track, { values, weight, first, earliest, now }: Days, deploys: readonly number[]): { start: number; gain: number } {
  let [total, sum] = [0, 0];
  for (let i = first; i <= now; i++) {
    total += weight[i]!;
    sum += weight[i]! * values[i]!;
  }
  let [afterW, afterY] = [0, 0];
  let best = { start: now, gain: 0, believed: Number.NEGATIVE_INFINITY };
  for (let i = now; i >= earliest; i--) {
    afterW += weight[i]!;
    afterY += weight[i]! * values[i]!;
    if (weight[i] === 0 || total - afterW <= 0) continue;
    const jump = afterY / afterW - (sum - afterY) / (total - afterW);
    if (jump <= 0) continue;
    const gain = jump ** 2 / (track.variance(i, now + 1) + track.variance(first, i));
    const believed = gain + (deploys.includes(i) ? deployBonus : 0);
    if (believed > best.believed) best = { start: i, gain, believed };
  }
  return best;
}

/** The slow change that explains the days best. */
function rampOf(days: Days): { start: number; gain: number } {
  let best = { start: days.now, gain: 0 };
  for (const hours of ramps)
    for (let start = days.earliest; start <= days.now - fewestRising; start++) {
      const gain = gainOf(days, start, hours);
      if (gain > best.gain) best = { start, gain };
    }
  return best;
}

/** By how much a rise that takes so many hours explains the days better than none, were hours independent: 2 log likelihood. */
function gainOf({ values, weight, first, now }: Days, start: number, hours: number): number {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let i = first; i <= now; i++) {
    w += weight[i]!;
    y += weight[i]! * values[i]!;
    if (i < start) continue;
    const rise = Math.min(1, (i - start + 1) / hours);
    x += weight[i]! * rise;
    xx += weight[i]! * rise * rise;
    xy += weight[i]! * rise * values[i]!;
  }
  const [spread, pull] = [xx - (x * x) / w, xy - (x * y) / w];
  return spread > 0 && pull > 0 ? pull ** 2 / spread : 0;
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
