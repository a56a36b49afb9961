import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitHubEnvironment } from '#platform';
import type { Variables } from '../../lighthouserc/interpolate.ts';
import { pullRequestOf } from '../github/pull-request.ts';

/** What is measured. */
export interface BuildContext {
  readonly commit: string;
  readonly branch: string;
  readonly message: string;
  readonly author: string;
  /** A pull request from another repository, whose branch may have the name of one of ours. */
  readonly ofFork: boolean;
}

export interface ContextSources {
  readonly variables: Variables;
  readonly github: GitHubEnvironment;
  /** Of the checkout. */
  readonly folder: string;
}

/** By Lighthouse CI's own variables, by what GitHub or GitLab say, else by the checkout; undefined where none of them knows. */
export async function buildContext({ variables, github, folder }: ContextSources): Promise<BuildContext | undefined> {
  const pull = await pullRequestOf(github.eventPath);
  const said = [variables.LHCI_BUILD_CONTEXT__CURRENT_HASH, pull?.head, github.sha, variables.CI_COMMIT_SHA].find(Boolean);
  const commit = said ?? (await git(folder, 'rev-parse', 'HEAD'));
  const named = [variables.LHCI_BUILD_CONTEXT__CURRENT_BRANCH, github.branch, variables.CI_COMMIT_REF_NAME].find(Boolean);
  const branch = named ?? (await git(folder, 'symbolic-ref', '--short', 'HEAD'));
  if (!commit || !branch) return undefined;
  const [author = '', message = ''] = (await git(folder, 'log', '-1', '--format=%an <%ae>%n%s', commit))?.split('\n') ?? [];
  const ofFork = pull !== undefined && github.repository !== undefined && pull.repository !== github.repository;
  return { commit, branch, message, author, ofFork };
}

const run = promisify(execFile);
const timeoutMs = 10_000;

/** Undefined where there is no checkout, or it does not know. */
const git = (folder: string, ...words: readonly string[]): Promise<string | undefined> =>
  run('git', [...words], { cwd: folder, timeout: timeoutMs }).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
