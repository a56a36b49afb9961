import type { LhciBuild } from './lhci-build.ts';
import type { LhciProject } from './lhci-project.ts';
import type { LhciBuilds } from './store/lhci-builds.ts';

/**
 * The build that another one is compared with: of the base branch, and of the commit that the client named; else the nearest in time, which for a
 * build of the base branch itself is the one before.
 */
export async function ancestorOf(builds: LhciBuilds, project: LhciProject, build: LhciBuild): Promise<LhciBuild | undefined> {
  const { baseBranch: branch } = project;
  if (build.ancestorHash !== '') {
    const [named] = await builds.list(project, { branch, hash: build.ancestorHash }, 1);
    if (named) return named;
  }
  const { before, after } = await builds.nearest(project, branch, build);
  return build.branch === branch ? before : nearer(build, before, after);
}

/** The earlier one where both are as near. */
function nearer({ runAt }: LhciBuild, before?: LhciBuild, after?: LhciBuild): LhciBuild | undefined {
  if (!before || !after) return before ?? after;
  return runAt - before.runAt <= after.runAt - runAt ? before : after;
}
