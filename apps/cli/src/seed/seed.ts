import type { Clock } from '#platform';
import { type SeededStory, tellStory } from './planted-regressions.ts';
import { expectedRows, planDays, type SeedDay, type SeedRequest } from './seed-plan.ts';
import { insertDeploys, insertLedger, insertSpans, insertTraffic, seededDays } from './seed-statements.ts';
import type { SeedTarget } from './seed-target.ts';

/** Both cores of a small machine; more at once would only need more memory. */
const daysAtOnce = 2;

export interface SeedProgress {
  readonly daysDone: number;
  readonly days: number;
  /** About as many as are written. */
  readonly rows: number;
  readonly elapsedMs: number;
}

export interface SeedResult {
  readonly story: SeededStory;
  /** What this run added. */
  readonly rows: number;
  readonly beacons: number;
  readonly daysAdded: number;
  /** Days that were there before, and were left as they are. */
  readonly daysKept: number;
  readonly elapsedMs: number;
}

/**
 * Writes the traffic day by day. Days that are complete are skipped, and the inserts of a day that was begun repeat
 * under their tokens: running the same seed again adds nothing, running an interrupted one completes it.
 */
export async function seed(
  target: SeedTarget,
  request: SeedRequest,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (progress: SeedProgress) => void,
): Promise<SeedResult> {
  const started = clock.now();
  const planned = planDays(request);
  const story = tellStory((planned[0]?.day ?? 0) * 86_400_000, request.days);
  const before = await completeDays(target, request);
  const missing = planned.filter(({ day }) => !before.has(day));
  let [daysDone, rows] = [0, 0];
  const report = (added: number) => {
    rows += added;
    onProgress({ daysDone, days: missing.length, rows, elapsedMs: clock.now() - started });
  };
  await inParallel(missing, daysAtOnce, async (day) => {
    await seedDay(target, request, story, day, signal, report);
    daysDone += 1;
  });
  const elapsedMs = clock.now() - started;
  const added = [...(await completeDays(target, request))].filter(([day]) => !before.has(day)).map(([, amounts]) => amounts);
  const sum = (key: 'rows' | 'beacons') => added.reduce((total, amounts) => total + amounts[key], 0);
  return {
    story,
    rows: sum('rows'),
    beacons: sum('beacons'),
    daysAdded: missing.length,
    daysKept: planned.length - missing.length,
    elapsedMs,
  };
}

async function seedDay(
  target: SeedTarget,
  request: SeedRequest,
  story: SeededStory,
  { day, chunks }: SeedDay,
  signal: AbortSignal,
  report: (rows: number) => void,
): Promise<void> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    await target.run(insertTraffic(request, story, day, chunk));
    report(expectedRows(chunk));
  }
  for (const statement of [insertSpans(request, day), insertDeploys(request, story, day), insertLedger(request, day)])
    await target.run(statement);
}

async function completeDays(target: SeedTarget, request: SeedRequest): Promise<Map<number, { rows: number; beacons: number }>> {
  const days = await target.ask<{ day: number; rows: string; beacons: string }>(seededDays(request));
  return new Map(days.map(({ day, rows, beacons }) => [day, { rows: Number(rows), beacons: Number(beacons) }]));
}

/** Works through the list, at most so many at once; the first failure ends it once the others in hand are done. */
async function inParallel<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined && failures.length === 0; item = queue.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
