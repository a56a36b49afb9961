import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciRun } from '../lhci-run.ts';
import type { LhciStatistic } from '../lhci-statistic.ts';
import { nameUuid } from '../name-uuid.ts';
import { statisticVersion } from '../seal/statistic-definitions.ts';

/** Tokens are shown to who has made the project, once. */
export function projectAnswer(project: LhciProject, tokens: { readonly token?: string; readonly adminToken?: string } = {}) {
  const { id, name, slug, externalUrl, baseBranch, createdAt, updatedAt } = project;
  return {
    ...{ id, name, slug, externalUrl, token: '', baseBranch, adminToken: '', ...tokens },
    ...{ createdAt: moment(createdAt), updatedAt: moment(updatedAt) },
  };
}

export function buildAnswer(build: LhciBuild) {
  const { id, projectId, lifecycle, hash, branch, commitMessage, author, avatarUrl, ancestorHash, externalBuildUrl } = build;
  return {
    ...{ id, projectId, lifecycle, hash, branch, commitMessage, author, avatarUrl, ancestorHash, externalBuildUrl },
    ...{ runAt: moment(build.runAt), committedAt: moment(build.committedAt), ancestorCommittedAt: moment(build.ancestorCommittedAt) },
    ...{ createdAt: moment(build.createdAt), updatedAt: moment(build.updatedAt) },
  };
}

export function runAnswer({ id, projectId, buildId, representative, url, createdAt, updatedAt }: LhciRun) {
  return { id, projectId, buildId, representative, url, createdAt: moment(createdAt), updatedAt: moment(updatedAt) };
}

export function statisticAnswer({ projectId, buildId, url, name, value, createdAt }: LhciStatistic) {
  const at = moment(createdAt);
  return {
    id: nameUuid(buildId, url, name),
    projectId,
    buildId,
    version: statisticVersion,
    url,
    name,
    value,
    createdAt: at,
    updatedAt: at,
  };
}

const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString());
