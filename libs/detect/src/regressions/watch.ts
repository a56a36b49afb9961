import type { Statistic } from './baseline.ts';
import { type Book, EvidenceBook } from './evidence.ts';
import { improvementOf } from './improvement.ts';
import { abrupt, hasEnded, stratumOf } from './locate.ts';
import { type ScanRequest, type Sight, scan } from './scan.ts';
import { historyHours } from './series.ts';
import type { SeriesData } from './series-data.ts';
import { startOf } from './start.ts';
import { type Fit, fitHistory, Track } from './track.ts';

/** Hours for which one history, its season and its noise serve; at fixed hours, so that it does not matter who looked before. */
const epochHours = 24;
const fewestHistory = 7 * 24;
const confirm = { seen: 3, of: 6, atOnce: 4, atOnceHours: 6 };
const lastingHours = 6;
const quietHours = 48;
/** A change may take a day more to reach its full size; what it reaches is the level that later hours are held against. */
const absorbHours = 24;
/** So long after a change was found it may still be going on. */
const driftHours = 120;
/** A level is back when both halves of a day stand at less than this part of the change. */
const returned = 0.35;
const returnHours = 24;
const beforeHours = 168;
/** Nobody waits for improvements; after a change the week that hours are held against has to pass, and the longest window. */
const improvement = { everyHours: 6, quietHours: 240 };
const forgetHours = historyHours + 7 * 24;

/** Hours since 1970. */
export interface Change {
  readonly start: number;
  readonly found: number;
  /** From here on the changed level is what later hours are held against. */
  readonly level: number;
  readonly statistic: Statistic;
  /** How far the whole series stood above its past, by that statistic; null where that hardly shows. */
  readonly shift: number | null;
  /** Hour in which the old level was found to be back. */
  readonly returned: number | null;
}

/** What a watch must remember from one hour to the next. */
export interface WatchMemory {
  /** The last six hours that were judged, since 1970. */
  readonly looked: readonly number[];
  /** Those of them in which something stood out. */
  readonly seen: readonly number[];
  /** Changes for good, oldest first. */
  readonly changes: readonly Change[];
  /** The first hour that was judged to be told; what changed before is taken as it is. Null: everything is told. */
  readonly began: number | null;
  /** Hour in which an improvement was found last. */
  readonly improved: number | null;
}

/** Everything of a series' past that stands still until its next epoch, so that only new hours must be looked at. */
export interface WatchPast {
  readonly book: Book;
  /** Of each evidence of the book. */
  readonly fits: readonly Fit[];
  /** Hours with which the level had changed for good by then. */
  readonly changes: readonly number[];
}

export interface WatchOptions {
  readonly memory?: WatchMemory;
  /** Without a memory: see there. */
  readonly began?: number | null;
  /** Must serve at the hour that is judged next, see `serves`. The data need hold the hours that are new, and none before them. */
  readonly past?: WatchPast;
  /** Hour of the day, 0 to 23, at which an epoch begins. */
  readonly phase?: number;
}

const epochAt = (hour: number, phase: number) => Math.floor((hour + 1 - phase) / epochHours) * epochHours + phase;

/** Whether a past that was kept still stands at the end of an hour. */
export function serves({ book, changes }: WatchPast, hour: number, { memory, phase }: { memory: WatchMemory; phase: number }): boolean {
  const starts = memory.changes.map(({ start }) => start);
  return book.epoch === epochAt(hour, phase) && starts.length === changes.length && starts.every((start, i) => start === changes[i]);
}

export interface Regression {
  /** Hour at whose end it was found. */
  readonly found: number;
  /** Hour with which it began. */
  readonly start: number;
  /** Null: general. */
  readonly stratum: number | null;
  /** Hour of the deploy that is suspected. */
  readonly deploy: number | null;
  readonly sight: Sight;
  /** What the watch would remember had it not been told: it may then be told later. */
  readonly held: WatchMemory;
}

/** One series, watched hour by hour. */
export class SeriesWatch {
  readonly data: SeriesData;
  #book: EvidenceBook | undefined;
  #tracks: readonly Track[] = [];
  #memory: WatchMemory;
  readonly #phase: number;
  /** Seasons were fitted before the last change was known. */
  #stale = false;

  constructor(data: SeriesData, { memory, began = null, past, phase = 0 }: WatchOptions = {}) {
    this.data = data;
    this.#memory = memory ?? { looked: [], seen: [], changes: [], began, improved: null };
    this.#phase = phase;
    if (!past) return;
    this.#book = new EvidenceBook(data, past.book);
    this.#tracks = past.book.all.map((evidence, i) => new Track(evidence, past.book.from, past.fits[i]!));
  }

  get memory(): WatchMemory {
    return this.#memory;
  }

  /** What may be kept for the next hour; null where it must be looked at as a whole. */
  get past(): WatchPast | null {
    if (this.#stale || !this.#book) return null;
    const changes = this.#memory.changes.map(({ start }) => start);
    return { book: this.#book.book, fits: this.#tracks.map(({ fit }) => fit), changes };
  }

  /** Judges at the end of an hour, by what is known then. */
  takeHour(hour: number, first: number): Regression | null {
    const epoch = epochAt(hour, this.#phase);
    const from = Math.max(first, epoch - historyHours);
    if (epoch - from < fewestHistory) return null;
    this.#prepare(from, epoch);
    const { book } = this.#book!;
    const scanned = this.#scanned(hour);
    const { now, floor, deploys } = scanned;
    let sight: Sight | undefined;
    for (const track of this.#tracks) {
      const candidate = scan(track, scanned);
      if (candidate && (!sight || candidate.above > sight.above)) sight = candidate;
    }
    const looked = [...this.#memory.looked.slice(1 - confirm.of), hour];
    const recent = this.#memory.seen.filter((seen) => seen >= looked[0]! && seen < hour);
    const seen = sight ? [...recent, hour] : recent;
    const changes = this.#memory.changes.filter(({ start }) => start > hour - forgetHours);
    this.#memory = { ...this.#memory, looked, seen, changes };
    if (!sight) return null;
    const last = this.#memory.changes.at(-1);
    if (last && hour - last.found < quietHours) return null;
    const atOnce = sight.above >= confirm.atOnce && sight.hours >= confirm.atOnceHours;
    if (seen.length < confirm.seen && !atOnce) return null;
    const { start, deploy } = startOf(sight.track, now, floor, deploys);
    // What lasts shorter and comes with no deploy is an outage as often as not, and alerting's work.
    if (deploy === null && now - start + 1 < lastingHours) return null;
    if (hasEnded(sight.track, start, now, floor)) return null;
    if (last && hour - last.found < driftHours && !abrupt(sight, start)) {
      // The same change goes on: what it has reached is the level from now on.
      this.#settle({ ...last, level: hour + absorbHours }, this.#memory.changes.slice(0, -1));
      return null;
    }
    const strata = this.#tracks.filter((track) => track.evidence.stratum !== null);
    const regression: Regression = {
      found: hour,
      start: book.from + start,
      stratum: stratumOf(strata, start, now, floor),
      deploy: deploy === null ? null : book.from + deploy,
      sight,
      held: this.#memory,
    };
    const { statistic } = sight.track.evidence;
    const shift = this.#wholeShift(statistic, start, now + 1, start);
    this.#settle(
      { start: regression.start, found: hour, level: hour + absorbHours, statistic, shift, returned: null },
      this.#memory.changes,
    );
    const { began } = this.#memory;
    return began === null || regression.start >= began ? regression : null;
  }

  /** Whether the level of the last change has been back for a day, at the end of an hour that was just judged. */
  takeReturn(hour: number): Change | null {
    const last = this.#memory.changes.at(-1);
    const book = this.#book?.book;
    if (!last || !book || last.shift === null || last.returned !== null || hour - last.found < returnHours) return null;
    const half = returnHours / 2;
    for (const stop of [hour + 1, hour + 1 - half]) {
      const shift = this.#stillShifted(last, stop - half, stop);
      if (shift === null || shift > returned * last.shift) return null;
    }
    const change = { ...last, returned: hour };
    this.#memory = { ...this.#memory, changes: [...this.#memory.changes.slice(0, -1), change] };
    return change;
  }

  /** What got better for good, at the end of an hour that was just judged. It changes nothing of what is held to be worse. */
  takeImprovement(hour: number): Regression | null {
    const { began, changes, improved } = this.#memory;
    const last = changes.at(-1);
    const quietSince = Math.max(improved ?? 0, last ? (last.returned ?? last.found) : 0);
    const track = this.#wholeTrack(this.data.kind === 'rate' ? 'rate' : 'rank');
    if (hour % improvement.everyHours !== 0 || hour - quietSince < improvement.quietHours || !track) return null;
    const better = improvementOf(track, this.#scanned(hour));
    if (!better) return null;
    this.#memory = { ...this.#memory, improved: hour };
    const [start, deploy] = [track.from + better.start, better.deploy === null ? null : track.from + better.deploy];
    if (began !== null && start < began) return null;
    return { found: hour, start, stratum: null, deploy, sight: better.sight, held: this.#memory };
  }

  /** What is looked at when an hour is judged, in indices of the tracks. */
  #scanned(hour: number): ScanRequest {
    const { from } = this.#book!.book;
    const now = hour - from;
    const floor = Math.max(0, (this.#memory.changes.at(-1)?.level ?? from) - from);
    return { now, floor, deploys: this.data.deploys.map((deploy) => deploy.hour - from).filter((deploy) => deploy <= now) };
  }

  /** Of the hours [from, to) against the days before `start`; null where it does not stand out by three standard deviations. */
  #wholeShift(statistic: Statistic, from: number, to: number, start: number): number | null {
    const [track, first] = [this.#wholeTrack(statistic), referenceStart(start)];
    if (!track || first === null || track.valid(from, to) === 0) return null;
    const shift = track.mean(from, to) - track.mean(first, start);
    return shift >= 3 * Math.sqrt(track.variance(from, to) + track.variance(first, start)) ? shift : null;
  }

  /** How far the hours [from, to), given since 1970, stand above what was usual before a change; null where nobody knows. */
  #stillShifted({ start, statistic }: Change, from: number, to: number): number | null {
    const track = this.#wholeTrack(statistic);
    const evidence = this.#book!;
    const origin = evidence.book.from;
    const first = referenceStart(start - origin);
    if (!track || first === null || track.valid(from - origin, to - origin) === 0) return null;
    // What has lasted for long has become the level of its own hours: they are scored once more against the old one.
    const old = evidence.againstLevelBefore(start, statistic, from, to);
    const now = old ? track.meanOf(old, from - origin, to - origin) : track.mean(from - origin, to - origin);
    return now - track.mean(first, start - origin);
  }

  #wholeTrack(statistic: Statistic): Track | undefined {
    return this.#tracks.find(({ evidence }) => evidence.statistic === statistic && evidence.stratum === null);
  }

  #settle(change: Change, earlier: readonly Change[]): void {
    this.#memory = { ...this.#memory, seen: [], changes: [...earlier, change] };
    this.#stale = true;
  }

  #prepare(from: number, epoch: number): void {
    const { changed } = this.data;
    const known = this.#book?.book;
    if (!this.#stale && known?.epoch === epoch && known.from === from) {
      if (changed.size > 0) this.#rescore(this.#book!);
    } else {
      this.#stale = false;
      const changes = this.#memory.changes.map(({ start }) => start);
      this.#book = EvidenceBook.of(this.data, { from, epoch, end: epoch + epochHours, changes });
      const { all, freshChanges } = this.#book.book;
      this.#tracks = all.map((evidence) => new Track(evidence, from, fitHistory(evidence, from, epoch - from, freshChanges)));
    }
    changed.clear();
  }

  #rescore(evidence: EvidenceBook): void {
    const { from, end } = evidence.book;
    let earliest = Number.POSITIVE_INFINITY;
    for (const hour of this.data.changed) {
      if (hour < from || hour >= end) continue;
      evidence.score(hour);
      earliest = Math.min(earliest, hour - from);
    }
    if (earliest < Number.POSITIVE_INFINITY) for (const track of this.#tracks) track.refresh(earliest, end - from);
  }
}

/** Where the days begin that a change is held against; null where too few are known. */
function referenceStart(start: number): number | null {
  const first = Math.max(0, start - beforeHours);
  return start - first < returnHours ? null : first;
}
