import type { LhciBuild } from '../lhci-build.ts';
import type { LhciRun } from '../lhci-run.ts';
import type { LhciStatistic } from '../lhci-statistic.ts';
import { nextVersion } from '../next-version.ts';
import { representativeFacts } from './representative-facts.ts';
import { statisticDefinitions } from './statistic-definitions.ts';

/** What sealing makes of a build. It has to be stored in this order: what was interrupted is done again. */
export interface Sealing {
  readonly statistics: readonly LhciStatistic[];
  /** Those that stand for their page now, or do no more. */
  readonly changedRuns: readonly LhciRun[];
  readonly build: LhciBuild;
}

/** `runs` of the build, the newest first. */
export function sealBuild(build: LhciBuild, runs: readonly LhciRun[], now: number): Sealing {
  const pages = Map.groupBy(runs, ({ url }) => url);
  const representatives = new Set([...pages.values()].map((page) => page[representativeFacts(page.map(({ facts }) => facts))]!.id));
  const changedRuns = runs.filter(({ id, representative }) => representatives.has(id) !== representative);
  return {
    statistics: [...pages].flatMap(([url, page]) => statisticsOf(build, url, page, now)),
    changedRuns: changedRuns.map((run) => ({
      ...run,
      ...{ representative: representatives.has(run.id), updatedAt: now, version: nextVersion(run, now) },
    })),
    build: { ...build, lifecycle: 'sealed', updatedAt: now, version: nextVersion(build, now) },
  };
}

function statisticsOf({ tenant, projectId, id }: LhciBuild, url: string, page: readonly LhciRun[], now: number): LhciStatistic[] {
  const facts = page.map((run) => run.facts);
  return [...statisticDefinitions].map(([name, statistic]) => ({
    ...{ tenant, projectId, buildId: id, url, name, createdAt: now, version: now },
    value: statistic(facts),
  }));
}
