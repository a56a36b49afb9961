import { appendFile } from 'node:fs/promises';
import type { GitHubEnvironment } from '#platform';
import type { GateReport } from '../gate-report.ts';
import { reportMarkdown } from '../report-markdown.ts';
import { commentMarker, commentText } from './comment-text.ts';
import { askGitHub, type GitHubAccess } from './github-api.ts';
import { pullRequestOf } from './pull-request.ts';
import { statusText } from './status-text.ts';

const context = 'beaconhouse/gate';
/** Comments of a pull request that are looked through for our own. */
const pageSize = 100;
const mostPages = 10;

/**
 * Writes the job's summary, which works for forks too, and with a token the commit's status and the one comment. Never throws: what GitHub does not take
 * is told, and changes nothing of the outcome. `mask` hides secrets.
 */
export async function tellGitHub(report: GateReport, github: GitHubEnvironment, mask: (text: string) => string): Promise<string[]> {
  const markdown = mask(reportMarkdown(report));
  const { summaryPath, token, repository, apiUrl } = github;
  const pull = await pullRequestOf(github.eventPath);
  const troubles: (string | undefined)[] = [];
  if (summaryPath !== undefined) troubles.push(await troubleOf('job summary', appendFile(summaryPath, `${markdown}\n`)));
  if (token === undefined || repository === undefined) {
    const missing = token === undefined ? 'GITHUB_TOKEN' : 'GITHUB_REPOSITORY';
    return [...troubles.filter((trouble) => trouble !== undefined), `GitHub was told nothing: ${missing} is not set`];
  }
  const access = { token, repository, apiUrl };
  const sha = pull?.head ?? github.sha;
  if (sha !== undefined) troubles.push(await troubleOf('commit status', setStatus(access, sha, report, mask)));
  if (pull !== undefined) troubles.push(await troubleOf('comment', writeComment(access, pull.number, commentText(markdown))));
  return troubles.filter((trouble) => trouble !== undefined);
}

const troubleOf = (what: string, work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: Error) => `the ${what} could not be written: ${error.message}`,
  );

const setStatus = (access: GitHubAccess, sha: string, report: GateReport, mask: (text: string) => string) =>
  askGitHub(access, 'POST', `/statuses/${sha}`, {
    state: report.outcome === 'passed' ? 'success' : report.outcome === 'unmeasured' ? 'error' : 'failure',
    description: mask(statusText(report)),
    context,
  });

/** The one that is there is written anew, so that a pull request has one comment however often it is pushed to. */
async function writeComment(access: GitHubAccess, pull: number, body: string): Promise<void> {
  const id = await commentOf(access, pull);
  if (id === undefined) await askGitHub(access, 'POST', `/issues/${pull}/comments`, { body });
  else await askGitHub(access, 'PATCH', `/issues/comments/${id}`, { body });
}

async function commentOf(access: GitHubAccess, pull: number): Promise<number | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const comments = await askGitHub(access, 'GET', `/issues/${pull}/comments?per_page=${pageSize}&page=${page}`);
    if (!Array.isArray(comments)) return undefined;
    const found = (comments as { id: number; body?: string | null }[]).find(({ body }) => body?.startsWith(commentMarker));
    if (found !== undefined || comments.length < pageSize) return found?.id;
  }
  return undefined;
}
