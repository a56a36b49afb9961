import { z } from 'zod';
import type { ResultServer } from '../../lighthouserc/upload-section.ts';

/** The server of stored results did not do what it was asked to. Never says the token. */
export class ResultServerFailure extends Error {
  override readonly name = 'ResultServerFailure';
  constructor(
    message: string,
    /** Of the answer; 0 without one. */
    readonly status = 0,
  ) {
    super(message);
  }
}

const timeoutMs = 60_000;
const shownAnswer = 200;
/** Of one answer: the results of one page in one build, some hundred kilobytes each. */
const longestAnswer = 64 * 2 ** 20;

const projectSchema = z.object({ id: z.string() });
const buildsSchema = z.array(z.object({ id: z.string(), hash: z.string() }));
const runsSchema = z.array(z.object({ lhr: z.string() }));

export type StoredBuild = z.output<typeof buildsSchema>[number];

/** What a build says of itself. */
export interface NewBuild {
  readonly hash: string;
  readonly branch: string;
  readonly commitMessage: string;
  readonly author: string;
  /** ISO 8601. */
  readonly runAt: string;
}

/** The API of a Lighthouse CI server, as the house has it under /lhci: docs/lighthouse-ci.md. */
export class ResultClient {
  #project: Promise<string> | undefined;

  constructor(
    private readonly server: ResultServer & { readonly token: string },
    private readonly signal: AbortSignal,
  ) {}

  /** Sealed ones of a branch, the newest first. */
  async builds(branch: string, limit: number): Promise<StoredBuild[]> {
    const query = new URLSearchParams({ branch, lifecycle: 'sealed', limit: String(limit) });
    return buildsSchema.parse(await this.#ask('GET', `${await this.#path()}/builds?${query}`));
  }

  /** Results of a page, as JSON; those that are not kept any longer are `{}`. */
  async results(build: string, url: string): Promise<string[]> {
    const query = new URLSearchParams({ url });
    const runs = runsSchema.parse(await this.#ask('GET', `${await this.#path()}/builds/${encodeURIComponent(build)}/runs?${query}`));
    return runs.map(({ lhr }) => lhr);
  }

  /** The id of a build that takes results until it is sealed. */
  async makeBuild(build: NewBuild): Promise<string> {
    return projectSchema.parse(await this.#ask('POST', `${await this.#path()}/builds`, { lifecycle: 'unsealed', ...build })).id;
  }

  async addResult(build: string, url: string, lhr: string): Promise<void> {
    await this.#ask('POST', `${await this.#path()}/builds/${build}/runs`, { representative: false, url, lhr });
  }

  async seal(build: string): Promise<void> {
    await this.#ask('PUT', `${await this.#path()}/builds/${build}/lifecycle`, 'sealed');
  }

  /** Below the project that the token is of. */
  async #path(): Promise<string> {
    this.#project ??= this.#ask('POST', '/v1/projects/lookup', { token: this.server.token }).then((found) => projectSchema.parse(found).id);
    return `/v1/projects/${encodeURIComponent(await this.#project)}`;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, token, headers } = this.server;
    const what = `${method} ${path.split('?', 1)[0]}`;
    try {
      const answer = await fetch(`${url}${path}`, {
        ...{ method, redirect: 'error', signal: AbortSignal.any([this.signal, AbortSignal.timeout(timeoutMs)]) },
        headers: { ...headers, 'x-lhci-build-token': token, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await boundedText(answer);
      if (!answer.ok) throw new ResultServerFailure(`${what}: ${answer.status} ${text.slice(0, shownAnswer)}`, answer.status);
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      if (error instanceof ResultServerFailure) throw error;
      throw new ResultServerFailure(`${what}: ${causeOf(error as Error)}`);
    }
  }
}

async function boundedText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > longestAnswer) throw new ResultServerFailure(`the answer is longer than ${longestAnswer} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

const causeOf = ({ cause, message }: Error) => (cause as Error | undefined)?.message || message;
