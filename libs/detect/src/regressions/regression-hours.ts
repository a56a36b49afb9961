import { availableParallelism } from 'node:os';
import { shortHash, type Warehouse } from '#platform';
import { hourMs } from '../hours.ts';
import { withCauses } from './causes.ts';
import { type DeployRow, deploysOf } from './deploys-question.ts';
import { discoveries } from './discoveries.ts';
import { explain } from './explain.ts';
import type { SeriesFound, SeriesReply, SeriesRequest } from './judge-series.ts';
import { type FoundRegression, type Judged, JudgedHours } from './judged-hours.ts';
import { KeptPasts } from './kept-pasts.ts';
import { historyHours } from './series.ts';
import { chunksOf, quantileOf, type SeriesWork, workOf } from './series-work.ts';
import { StoredPasts } from './stored-pasts.ts';
import { memoryOf, packed, type StratumRow } from './stratum-rows.ts';
import { ThreadPool } from './thread-pool.ts';
import type { WatchMemory } from './watch.ts';
import {
  type FamilyRequest,
  type FamilyRow,
  familyHours,
  familySeries,
  isWatched,
  keyOf,
  type SeriesFamily,
  seriesFamilies,
  seriesName,
  type WatchedSeries,
} from './watched-series.ts';

/** Series of a project that are watched; the busiest come first, and what is left out is told. */
const mostSeries = 2_000;
/** Of a series whose past was kept: everything since its epoch, and two hours for what came late before. */
const recentHours = 26;
const wholeHours = historyHours + 24;
/** So long after a regression was found another may turn out to have its cause. */
const causeHours = 72;

export interface HourReport {
  readonly series: number;
  readonly found: readonly FoundRegression[];
  readonly improved: readonly FoundRegression[];
  /** Ids of regressions whose level has returned. */
  readonly returned: readonly string[];
}

/** Judges the series of a project at the end of an hour. Each hour once: what was stored first stays. */
export class RegressionHours {
  readonly #threads: ThreadPool<SeriesRequest, SeriesReply | null>;
  readonly #pasts = new KeptPasts();
  readonly #stored: StoredPasts;
  readonly #judged: JudgedHours;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly onProgress: (done: number, of: number) => void = () => {},
  ) {
    this.#judged = new JudgedHours(warehouse);
    this.#stored = new StoredPasts(warehouse);
    this.#threads = new ThreadPool(threadFile, Math.min(mostThreads, availableParallelism()));
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  /** `hour` since 1970. Hours must be judged in their order; one that was judged is answered as it was. */
  async judge(project: string, hour: number, signal: AbortSignal = never): Promise<HourReport> {
    const known = await this.#judged.at(project, hour);
    if (known.length > 0) return reportOf(project, hour, known);
    const memories = new Map((await this.#judged.before(project, hour)).map(({ series, memory }) => [series, memory]));
    const request = { project, from: (hour + 1 - wholeHours) * hourMs, to: (hour + 1) * hourMs };
    const deploys = await this.warehouse.ask<DeployRow>(deploysOf(project, request.from, request.to));
    const context = { project, request, hour, memories, deploys };
    if (!this.#pasts.knows(project)) await this.#restore(project, hour);
    const replies = await this.#askAll(context, signal);
    await this.#judged.store(project, hour, await this.#decide(replies, context));
    // What another worker stored for this hour before stays: it is what was told.
    return reportOf(project, hour, await this.#judged.at(project, hour));
  }

  /** Instead of two weeks of histograms a worker that starts anew reads what was made of them. */
  async #restore(project: string, hour: number): Promise<void> {
    for await (const pasts of this.#stored.before(project, hour))
      for (const { series, past } of pasts) this.#pasts.keep(project, series, hour - 1, past);
  }

  async #askAll(context: Context, signal: AbortSignal): Promise<Replied[]> {
    const families = await this.#families(context.request);
    const replies: Replied[] = [];
    const all = families.reduce((sum, { rows }) => sum + rows.length, 0);
    const progress = (done: readonly Replied[]) => {
      replies.push(...done);
      this.onProgress(replies.length, all);
    };
    for (const { family, rows } of families) {
      const works = rows.map((row) => workOf(family, row, context, this.#pasts));
      const [recent, whole] = [works.filter(({ past }) => past), works.filter(({ past }) => !past)];
      const again = await this.#askFamily({ family, works: recent, context, hours: recentHours, signal }, progress);
      const anew = again.map((work) => ({ ...work, past: null }));
      await this.#askFamily({ family, works: [...whole, ...anew], context, hours: wholeHours, signal }, progress);
    }
    this.#pasts.forgetBefore(context.project, context.hour);
    return replies;
  }

  /** The engine reads a chunk while the threads judge the one before. Answers the series of which more hours are needed. */
  async #askFamily(
    { family, works, context, hours, signal }: FamilyWork,
    progress: (done: readonly Replied[]) => void,
  ): Promise<SeriesWork[]> {
    const request = { ...context.request, from: context.request.to - (hours + 1) * hourMs };
    const again: SeriesWork[] = [];
    const take = async (done: readonly Asked[]) => {
      progress(done.flatMap(({ work, reply }) => (reply ? [{ work, reply }] : [])));
      again.push(...done.flatMap(({ work, reply }) => (reply ? [] : [work])));
      const anew = done.flatMap(({ work, reply }) => (reply?.past && !work.past ? [{ series: work.name, past: reply.past }] : []));
      await this.#stored.store(context.project, context.hour, anew);
    };
    let before: Promise<Asked[]> = Promise.resolve([]);
    for (const chunk of chunksOf(works, hours / wholeHours)) {
      signal.throwIfAborted();
      const read = this.warehouse.ask<FamilyRow & StratumRow>(
        familyHours(
          family,
          request,
          chunk.map(({ row }) => row),
        ),
      );
      await take(await before.finally(() => read.catch(() => undefined)));
      const strata = Map.groupBy(await read, keyOf);
      before = Promise.all(
        chunk.map(async (work) => ({ work, reply: await this.#askSeries(work, strata.get(keyOf(work.row)) ?? [], context) })),
      );
      before.catch(() => undefined);
    }
    await take(await before);
    return again;
  }

  async #families(request: FamilyRequest): Promise<{ family: SeriesFamily; rows: FamilyRow[] }[]> {
    let left = mostSeries;
    const families: { family: SeriesFamily; rows: FamilyRow[] }[] = [];
    for (const family of seriesFamilies) {
      const rows = (await this.warehouse.ask<FamilyRow>(familySeries(family, request, Math.max(1, left)))).filter(({ name }) =>
        isWatched(name),
      );
      left -= rows.length;
      families.push({ family, rows });
      if (left <= 0) break;
    }
    return families;
  }

  /** Null where the whole history is needed. */
  async #askSeries(work: SeriesWork, strata: readonly StratumRow[], { project, hour, deploys }: Context): Promise<SeriesReply | null> {
    const { family, series, name, phase, memory, past } = work;
    const rows = strata.map(packed);
    const asked: SeriesRequest = {
      ...{ kind: family.kind, dimensions: family.strata, hour, quantile: quantileOf(series.metric), memory, rows, past, phase },
      deploys: deploys
        .filter(({ app, env }) => app === series.app && env === series.env)
        .map((one) => ({ hour: one.hour, version: one.release })),
    };
    const reply = await this.#threads.ask(asked, rows.flatMap(memoryOf));
    if (reply) this.#pasts.keep(project, name, hour, reply.past);
    return reply;
  }

  /** What of all that stands out is told, and what is told as one. */
  async #decide(replies: readonly Replied[], context: Context): Promise<Judged[]> {
    const standing = replies.flatMap(({ work, reply }) => (reply.found ? [{ work, found: reply.found }] : []));
    const told = discoveries(
      standing.map(({ work, found: { evidence } }) => ({ above: evidence.z - evidence.bar, whole: isWhole(work) })),
      { whole: replies.filter(({ work }) => isWhole(work)).length, all: replies.length },
    );
    const found = await Promise.all(
      standing.filter((_, i) => told[i]).map(({ work, found: one }) => this.#complete(work.series, one, context)),
    );
    const before = found.length > 0 ? await this.#lasting(context) : [];
    const byName = new Map(withCauses(found, before).map((one) => [seriesName(one), one]));
    return Promise.all(
      replies.map(async ({ work: { name, series }, reply }) => {
        const one = byName.get(name) ?? null;
        const better = reply.improved && (await this.#complete(series, reply.improved, context));
        const memory = one || !reply.found ? reply.memory : reply.found.held;
        return { series: name, memory, found: one, improved: better && { ...better, cause: better.id } };
      }),
    );
  }

  async #complete(
    series: WatchedSeries,
    { start, deploy, held: _, ...rest }: SeriesFound,
    { project, hour }: Context,
  ): Promise<Omit<FoundRegression, 'cause'>> {
    const [since, found] = [start * hourMs, (hour + 1) * hourMs];
    return {
      ...{ id: regressionId(project, seriesName(series), hour), project, ...series, found, since },
      ...rest,
      deploy: deploy && { release: deploy.version, at: deploy.hour * hourMs },
      explained: await explain(this.warehouse, project, series, since, found),
    };
  }

  /** What was found in the last days and is not over, and neither is what stands for it. */
  async #lasting({ project, hour, memories }: Context): Promise<FoundRegression[]> {
    const found = await this.#judged.foundBetween(project, hour - causeHours, hour);
    const lasting = found.filter((one) => {
      const last = memories.get(seriesName(one))?.changes.at(-1);
      return last !== undefined && (last.found + 1) * hourMs === one.found && last.returned === null;
    });
    const ids = new Set(lasting.map(({ id }) => id));
    return lasting.filter(({ cause }) => ids.has(cause));
  }
}

const never = new AbortController().signal;
const threadFile = new URL(import.meta.url.endsWith('.ts') ? './judge-thread.ts' : './judge-thread.js', import.meta.url);
const mostThreads = 4;

interface Context {
  readonly project: string;
  readonly request: FamilyRequest;
  readonly hour: number;
  readonly memories: ReadonlyMap<string, WatchMemory>;
  readonly deploys: readonly DeployRow[];
}

interface FamilyWork {
  readonly family: SeriesFamily;
  readonly works: readonly SeriesWork[];
  readonly context: Context;
  /** How many are read. */
  readonly hours: number;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly work: SeriesWork;
  readonly reply: SeriesReply | null;
}

interface Replied extends Asked {
  readonly reply: SeriesReply;
}

const isWhole = ({ family }: SeriesWork) => family.segment === null;

/** The same for the same series and hour, whoever judges. */
function regressionId(project: string, series: string, hour: number): string {
  return shortHash(['regression', project, series, hour]);
}

function reportOf(project: string, hour: number, judged: readonly Judged[]): HourReport {
  return {
    series: judged.length,
    found: judged.flatMap(({ found }) => found ?? []),
    improved: judged.flatMap(({ improved }) => improved ?? []),
    returned: judged.flatMap(({ series, memory }) => {
      const last = memory.changes.at(-1);
      return last?.returned === hour ? [regressionId(project, series, last.found)] : [];
    }),
  };
}
