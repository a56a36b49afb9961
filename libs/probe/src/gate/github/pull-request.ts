import { readFile } from 'node:fs/promises';

/** What of a job's event is needed. */
export interface PullRequest {
  readonly number: number;
  /** Of the branch that wants to be merged; the job's own commit is a merge that nobody sees. */
  readonly head: string;
  /** owner/name that it comes from: another one for a fork; empty where that is gone. */
  readonly repository: string;
}

interface GitHubEvent {
  readonly pull_request?: {
    readonly number?: unknown;
    readonly head?: { readonly sha?: unknown; readonly repo?: { readonly full_name?: unknown } | null };
  };
}

/** Undefined where the job is about no pull request, or the event cannot be read. */
export async function pullRequestOf(eventPath: string | undefined): Promise<PullRequest | undefined> {
  if (eventPath === undefined) return undefined;
  try {
    const { number, head } = (JSON.parse(await readFile(eventPath, 'utf8')) as GitHubEvent).pull_request ?? {};
    if (typeof number !== 'number' || typeof head?.sha !== 'string') return undefined;
    const name = head.repo?.full_name;
    return { number, head: head.sha, repository: typeof name === 'string' ? name : '' };
  } catch {
    return undefined;
  }
}
