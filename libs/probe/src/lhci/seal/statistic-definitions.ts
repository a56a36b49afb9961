import { representativeFacts } from './representative-facts.ts';
import type { GroupCounts, RunFacts } from './run-facts.ts';

/** Of the definitions below, as Lighthouse CI counts them. */
export const statisticVersion = 2;

/** There is nothing to tell. */
const nothing = -1;

const audits = [
  ...['interactive', 'speed-index', 'first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'max-potential-fid'],
];
const categories = ['performance', 'pwa', 'seo', 'accessibility', 'best-practices'];
const groups = [
  ...['pwa-fast-reliable', 'pwa-installable', 'pwa-optimized', 'a11y-best-practices', 'a11y-color-contrast', 'a11y-names-labels'],
  ...['a11y-navigation', 'a11y-aria', 'a11y-language', 'a11y-audio-video', 'a11y-tables-lists', 'seo-mobile', 'seo-content', 'seo-crawl'],
];

/** Figures over the runs of one page in a build, the newest run first. There is at least one. */
type Statistic = (runs: readonly RunFacts[]) => number;

/** Names and meanings are those of https://github.com/GoogleChrome/lighthouse-ci/blob/main/packages/server/src/api/statistic-definitions.js */
export const statisticDefinitions: ReadonlyMap<string, Statistic> = new Map([
  ['meta_lighthouse_version', ([newest]) => versionNumber(newest!.lighthouseVersion)],
  ...audits.map((id): [string, Statistic] => [`audit_${id}_median`, (runs) => upperMedian(present(runs.map(({ values }) => values[id])))]),
  ...categories.map((id): [string, Statistic] => [`category_${id}_median`, (runs) => upperMedian(scores(runs, id))]),
  ...categories.map((id): [string, Statistic] => [`category_${id}_min`, (runs) => extreme(scores(runs, id), Math.min)]),
  ...categories.map((id): [string, Statistic] => [`category_${id}_max`, (runs) => extreme(scores(runs, id), Math.max)]),
  ...groups.flatMap((id) =>
    (['pass', 'fail', 'na'] as const).map((outcome): [string, Statistic] => [
      `auditgroup_${id}_${outcome}`,
      (runs) => countOf(runs, id, outcome),
    ]),
  ),
]);

/** 12.6.1 is 120601. */
function versionNumber(version: string): number {
  const [, major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return major * 10_000 + minor * 100 + patch;
}

const scores = (runs: readonly RunFacts[], category: string) => present(runs.map((run) => run.scores[category]));

const present = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);

/** Of an even number the upper one of the two in the middle. */
function upperMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? nothing;
}

const extreme = (values: readonly number[], choose: (...values: number[]) => number) => (values.length > 0 ? choose(...values) : nothing);

/** Of the run that stands for all of them. */
function countOf(runs: readonly RunFacts[], group: string, outcome: keyof GroupCounts): number {
  return runs[representativeFacts(runs)]!.groups[group]?.[outcome] ?? nothing;
}
