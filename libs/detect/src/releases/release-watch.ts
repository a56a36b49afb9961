import type { Logger } from 'pino';
import type { DeployRow } from '#contracts';
import { type EventStream, publishDeploys, type Question, QuestionRefused, type Warehouse } from '#platform';
import { hourMs } from '../hours.ts';
import { type ArrivedRelease, firstSights, notedReleases, type UnknownRelease, unknownReleases } from './releases-question.ts';

export interface ReleaseWatchParts {
  readonly warehouse: Warehouse;
  readonly stream: EventStream;
  readonly log: Logger;
  readonly projects: readonly string[];
  /** Rows of a table that a long look may read; 20 million where it is not said, which take a few seconds. */
  readonly mostRows?: number;
  /** Releases of a project that were not noted at the last look, because it has too many. */
  readonly onLeftOut?: (project: string, releases: number) => void;
}

const minuteMs = 60_000;
const dayMs = 24 * hourMs;
/** What is looked at every time: with the minutes that a loader may be behind. */
const usualMs = 5 * minuteMs;
/** What is looked at every hour, and first: for releases of which little comes, and loaders that are further behind. */
const longMs = dayMs;
/** So far back the first of a release is looked for: as far as the warehouse answers quickly. */
const backMs = [8 * dayMs, dayMs, 2 * hourMs] as const;
/** Whatever it takes. */
const leastMs = 15 * minuteMs;
/** A release that was there in so much of the beginning was there before: since when, nobody knows. */
const beginning = 1 / 8;
/** ClickHouse's codes for a question that would read too much, or takes too long. */
const tooMuch = new Set([158, 159, 307]);
/** Anybody may send releases of any name: of a project so many are noted at a look, and in a day. */
export const mostNoted = { atOnce: 20, perDay: 100 } as const;
/** Of a project at a look: as many as intake lets it name on a day. */
const mostAsked = 1_000;
/** Releases that need no further look; the ones that were settled first are forgotten first, and looked at again. */
const mostSettled = 5_000;

const nameOf = ({ tenant, app, env, release }: Omit<ArrivedRelease, 'first'>) => JSON.stringify([tenant, app, env, release]);

/**
 * Notes a release as a deploy when the first of it came and nobody told it. What was noted is asked of the warehouse each time: a look that is
 * repeated, here or elsewhere, notes nothing new, or the same row again before it is loaded, which is one deploy to all who ask.
 */
export class ReleaseWatch {
  /** Names of releases that are noted and may not be loaded yet, and of those that were there before. */
  readonly #settled = new Set<string>();
  /** When this process noted something, by project, within a day. */
  readonly #noted = new Map<string, readonly number[]>();
  readonly #flooded = new Set<string>();
  #lastLong = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ReleaseWatchParts) {}

  /** `to`: milliseconds since 1970. What came until then and is not loaded yet is found by a later look. */
  async run(to: number, signal: AbortSignal): Promise<void> {
    const isLong = to - this.#lastLong >= hourMs;
    // Where so much came that it cannot be looked through, twenty events come within minutes.
    const far = isLong ? await this.#unlessTooMuch<UnknownRelease>(this.#unknown(to - longMs, to, this.#mostRows), signal) : undefined;
    const unknown = far ?? (await this.parts.warehouse.ask<UnknownRelease>({ ...this.#unknown(to - usualMs, to), signal }));
    const candidates = unknown.length === 0 ? this.#tellNone() : await this.#candidates(unknown, to, signal);
    if (candidates.length > 0) await this.#note(await this.#sightsOf(candidates, to, signal), to);
    if (isLong) this.#lastLong = to;
  }

  get #mostRows(): number {
    return this.parts.mostRows ?? 20_000_000;
  }

  #unknown(from: number, to: number, mostRows?: number): Question {
    return unknownReleases(this.parts.projects, { from, to }, mostAsked, mostRows);
  }

  async #unlessTooMuch<Row extends object>(question: Question, signal: AbortSignal): Promise<Row[] | undefined> {
    try {
      return await this.parts.warehouse.ask<Row>({ ...question, signal });
    } catch (error) {
      if (error instanceof QuestionRefused && tooMuch.has(error.code)) return undefined;
      throw error;
    }
  }

  #tellNone(): [] {
    for (const project of this.parts.projects) this.#tellLeftOut(project, 0, 1);
    return [];
  }

  /** Those that are noted if they are new: no more of a project than its bounds let through. */
  async #candidates(unknown: readonly UnknownRelease[], to: number, signal: AbortSignal): Promise<UnknownRelease[]> {
    const { warehouse, projects } = this.parts;
    const noted = await warehouse.ask<{ tenant: string; noted: string }>({ ...notedReleases(projects, to - dayMs), signal });
    return projects.flatMap((project) => {
      const found = unknown.filter(({ tenant }) => tenant === project);
      const open = found.filter((one) => !this.#settled.has(nameOf(one)));
      const stored = Number(noted.find(({ tenant }) => tenant === project)?.noted ?? 0);
      const left = mostNoted.perDay - Math.max(stored, this.#notedSince(project, to - dayMs).length);
      const taken = open.slice(0, Math.max(0, Math.min(left, mostNoted.atOnce)));
      const settled = found.length - open.length;
      this.#tellLeftOut(project, Number(found[0]?.all ?? 0) - settled - taken.length, left);
      return taken;
    });
  }

  /** With the true first of each; without those that were there before. */
  async #sightsOf(candidates: readonly UnknownRelease[], to: number, signal: AbortSignal): Promise<ArrivedRelease[]> {
    const { sights, back } = await this.#firstOf(candidates, to, signal);
    const first = new Map(sights.map((sight) => [nameOf(sight), sight.first]));
    const all = candidates.map((one) => ({ ...one, first: first.get(nameOf(one)) ?? one.first }));
    const isNew = (one: ArrivedRelease) => Number(one.first) >= to - back * (1 - beginning);
    for (const before of all.filter((one) => !isNew(one))) this.#settle(before);
    return all.filter(isNew);
  }

  async #firstOf(releases: readonly UnknownRelease[], to: number, signal: AbortSignal) {
    for (const back of backMs) {
      const sights = await this.#unlessTooMuch<ArrivedRelease>(firstSights(releases, { from: to - back, to }, this.#mostRows), signal);
      if (sights) return { sights, back };
    }
    return {
      sights: await this.parts.warehouse.ask<ArrivedRelease>({ ...firstSights(releases, { from: to - leastMs, to }), signal }),
      back: leastMs,
    };
  }

  async #note(sights: readonly ArrivedRelease[], to: number): Promise<void> {
    await publishDeploys(
      this.parts.stream,
      sights.map((sight) => rowOf(sight, to)),
    );
    for (const sight of sights) {
      this.#settle(sight);
      this.#noted.set(sight.tenant, [...this.#notedSince(sight.tenant, to - dayMs), to]);
    }
    if (sights.length > 0) this.parts.log.info({ releases: sights.map(nameOf) }, 'releases: new ones were seen');
  }

  #notedSince(project: string, since: number): readonly number[] {
    return (this.#noted.get(project) ?? []).filter((at) => at > since);
  }

  #settle(sight: ArrivedRelease): void {
    this.#settled.add(nameOf(sight));
    if (this.#settled.size > mostSettled) this.#settled.delete(this.#settled.values().next().value!);
  }

  #tellLeftOut(project: string, releases: number, left: number): void {
    this.parts.onLeftOut?.(project, releases);
    if (left > 0 || releases === 0) this.#flooded.delete(project);
    else if (!this.#flooded.has(project)) {
      this.#flooded.add(project);
      this.parts.log.warn({ project, releases, perDay: mostNoted.perDay }, 'releases: a project has more new ones in a day than are noted');
    }
  }
}

function rowOf({ tenant, app, env, release, first }: ArrivedRelease, to: number): DeployRow {
  return {
    ...{ tenant, app, env, release, at: Number(first), commit_id: '', url: '', kind: 'first_seen', author: '', told_by: '' },
    received_at: to,
  };
}
