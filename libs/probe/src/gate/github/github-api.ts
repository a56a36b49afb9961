/** GitHub did not do what it was asked to. */
class GitHubFailure extends Error {
  override readonly name = 'GitHubFailure';
}

const timeoutMs = 10_000;
const shownAnswer = 200;

export interface GitHubAccess {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly token: string;
  /** owner/name. */
  readonly repository: string;
}

/** One request about the repository; the answer's JSON. Throws GitHubFailure, which never says the token. https://docs.github.com/rest */
export async function askGitHub(access: GitHubAccess, method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown> {
  const url = `${access.apiUrl}/repos/${access.repository}${path}`;
  const answer = await fetch(url, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${access.token}`,
      'user-agent': 'beaconhouse',
      'x-github-api-version': '2022-11-28',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: Error) => Promise.reject(new GitHubFailure(`${method} ${path}: ${causeOf(error)}`)));
  const text = await answer.text().catch(() => '');
  if (!answer.ok) throw new GitHubFailure(`${method} ${path}: ${answer.status} ${text.slice(0, shownAnswer)}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new GitHubFailure(`${method} ${path}: the answer is not JSON`);
  }
}

const causeOf = (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message);
