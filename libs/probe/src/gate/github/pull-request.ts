import { readFile } from 'node:fs/promises';

/** What of a job's event is needed. */
export interface PullRequest {
  readonly number: number;
  /** Of the branch that wants to be merged; the job's own commit is a merge that nobody sees. */
  readonly head: string;
}

/** Undefined where the job is about no pull request, or the event cannot be read. */
export async function pullRequestOf(eventPath: string | undefined): Promise<PullRequest | undefined> {
  if (eventPath === undefined) return undefined;
  try {
    const event = JSON.parse(await readFile(eventPath, 'utf8')) as { pull_request?: { number?: unknown; head?: { sha?: unknown } } };
    const { number, head } = event.pull_request ?? {};
    return typeof number === 'number' && typeof head?.sha === 'string' ? { number, head: head.sha } : undefined;
  } catch {
    return undefined;
  }
}
