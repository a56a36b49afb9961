import type { PlantedRegression } from './planted-regressions.ts';
import type { SeedProgress, SeedResult } from './seed.ts';
import type { SeedRequest } from './seed-plan.ts';
import { seedKey } from './seed-statements.ts';

const number = (value: number) => Math.round(value).toLocaleString('en');
const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const perSecond = (rows: number, elapsedMs: number) => (elapsedMs === 0 ? 0 : Math.round((rows * 1000) / elapsedMs));

export function progressLine({ daysDone, days, rows, elapsedMs }: SeedProgress): string {
  return `day ${daysDone} of ${days}  ${number(rows)} rows  ${number(perSecond(rows, elapsedMs))} rows/s`;
}

function regressionLine({ metric, where, since, statistic, factor, release, description }: PlantedRegression): string {
  const place = Object.entries(where)
    .map(([dimension, value]) => `${dimension} ${value}`)
    .join(', ');
  const cause = release === null ? 'no release' : `release ${release}`;
  return `  ${metric} of ${place}: ${statistic} +${Math.round((factor - 1) * 100)} % since ${instant(since)} (${cause})\n    ${description}.`;
}

export function describeSeed(result: SeedResult, request: SeedRequest): string {
  const { story, rows, daysAdded, daysKept, elapsedMs } = result;
  if (daysAdded === 0)
    return `Nothing to add: all ${daysKept} days are there under seed ${request.seed}. Another --seed adds other traffic.`;
  const kept = daysKept === 0 ? '' : `; ${daysKept} days were there already`;
  return [
    `${number(rows)} events in ${daysAdded} days for project ${request.project}, ${number(perSecond(rows, elapsedMs))} rows/s${kept}.`,
    'Planted regressions:',
    regressionLine(story.largestPaint),
    regressionLine(story.bookClass),
    `Releases: ${story.releases.map(({ release, at }) => `${release} ${instant(at)}`).join(', ')}`,
    `In the ledger under the key ${seedKey(request)}.`,
  ].join('\n');
}

const isoTimes = <Item extends object>(item: Item, ...keys: (keyof Item)[]) => ({
  ...item,
  ...Object.fromEntries(keys.map((key) => [key, new Date(item[key] as number).toISOString()])),
});

/** The same for programs. */
export function seedDocument({ story, ...result }: SeedResult, request: SeedRequest) {
  return {
    ...result,
    rowsPerSecond: perSecond(result.rows, result.elapsedMs),
    project: request.project,
    seed: request.seed,
    ledgerKey: seedKey(request),
    regressions: [story.largestPaint, story.bookClass].map((regression) => isoTimes(regression, 'since')),
    releases: story.releases.map((release) => isoTimes(release, 'at')),
  };
}
