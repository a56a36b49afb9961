import { buildTokenHash } from '../access/tokens.ts';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciRun } from '../lhci-run.ts';
import type { LhciStatistic } from '../lhci-statistic.ts';
import type { RunFacts } from '../seal/run-facts.ts';
import type { SourceBuild, SourceProject, SourceRun, SourceStatistic } from './lhci-database.ts';

/** Its tokens go on working: the admin token is stored there as it is here. */
export function projectOf(source: SourceProject, tenant: string, slug: string, now: number): LhciProject {
  const { id, name, externalUrl, baseBranch, token, adminToken, createdAt, updatedAt } = source;
  return {
    ...{ tenant, id, slug, name, externalUrl, baseBranch: baseBranch || 'master' },
    ...{ buildTokenSha256: buildTokenHash(token), adminTokenHmac: adminToken },
    ...{ createdAt: createdAt ?? now, updatedAt: updatedAt ?? now, version: now },
  };
}

export function buildOf(source: SourceBuild, tenant: string, now: number): LhciBuild {
  const createdAt = source.createdAt ?? source.runAt ?? now;
  return {
    ...source,
    ...{ tenant, lifecycle: source.lifecycle === 'sealed' ? ('sealed' as const) : ('unsealed' as const) },
    ...{ runAt: source.runAt ?? createdAt, createdAt, updatedAt: source.updatedAt ?? createdAt, version: now },
  };
}

export function runOf({ id, url, representative, createdAt }: SourceRun, build: LhciBuild, facts: RunFacts): LhciRun {
  const at = createdAt ?? build.createdAt;
  const owner = { tenant: build.tenant, projectId: build.projectId, buildId: build.id };
  return { ...owner, id, url, representative, facts, createdAt: at, updatedAt: at, version: build.version };
}

export function statisticOf({ url, name, value }: SourceStatistic, build: LhciBuild): LhciStatistic {
  const owner = { tenant: build.tenant, projectId: build.projectId, buildId: build.id };
  return { ...owner, url, name, value, createdAt: build.createdAt, version: build.version };
}
