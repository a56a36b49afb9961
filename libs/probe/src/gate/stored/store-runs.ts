import type { GateReport } from '../gate-report.ts';
import type { BuildContext } from './build-context.ts';
import { type ResultClient, ResultServerFailure } from './result-client.ts';
import { storedResult } from './stored-result.ts';
import { storedUrl } from './stored-url.ts';

/**
 * Stores the runs of a gate as a build of their branch, which others are held against; the line about it, for people. What the server does not take is
 * told, and changes nothing of the outcome. `now`: milliseconds since 1970.
 */
export async function storeRuns(
  { pages }: Pick<GateReport, 'pages'>,
  { commit, branch, message, author, ofFork }: BuildContext,
  client: Pick<ResultClient, 'makeBuild' | 'addResult' | 'seal'>,
  now: number,
): Promise<string> {
  const results = pages.flatMap(({ url, runs, fingerprint }) =>
    fingerprint === null ? [] : runs.map((lhr) => ({ url: storedUrl(url), lhr: storedResult(lhr, fingerprint) })),
  );
  if (ofFork) return 'the runs were not stored: they are of another repository, whose branches are not ours';
  if (results.length === 0) return 'there are no runs to store';
  try {
    const build = await client.makeBuild({ hash: commit, branch, commitMessage: message, author, runAt: new Date(now).toISOString() });
    for (const { url, lhr } of results) await client.addResult(build, url, lhr);
    await client.seal(build);
    return `${results.length} runs of ${branch} (${commit.slice(0, shownHash)}) were stored`;
  } catch (error) {
    if (!(error instanceof ResultServerFailure)) throw error;
    return `the runs of ${branch} (${commit.slice(0, shownHash)}) were not stored: ${error.message}`;
  }
}

const shownHash = 7;
