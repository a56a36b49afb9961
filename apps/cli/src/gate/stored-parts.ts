import {
  type Baseline,
  buildContext,
  type ContextSources,
  type GateReport,
  type Lighthouserc,
  ResultClient,
  ResultServerFailure,
  StoredBaseline,
  storeRuns,
} from '#probe';
import { type OptionValues, UsageError } from '../command.ts';

interface StoredSources {
  readonly rc: Pick<Lighthouserc, 'server' | 'path'>;
  readonly sources: ContextSources;
  readonly signal: AbortSignal;
}

interface StoredParts {
  readonly baseline?: Baseline;
  /** The line about it. `now`: milliseconds since 1970. */
  store(report: GateReport, now: number): Promise<string>;
}

const noToken = 'LHCI_TOKEN, the token of the project there, is not set';

/** Where stored runs are read from and written to. A server that nobody named is a mistake; a token that is missing, as in builds of forks, is not. */
export async function storedParts(
  { baseline, store, 'base-url': baseUrl }: OptionValues,
  { rc, sources, signal }: StoredSources,
): Promise<StoredParts> {
  // What is served is measured in turns: better than what was stored.
  const branch = baseUrl === undefined ? baseline : undefined;
  if (typeof branch !== 'string' && store !== true) return { store: async () => '' };
  const { server, path } = rc;
  if (server === undefined) {
    const option = store === true ? '--store' : '--baseline';
    throw new UsageError(
      `${option} needs a server that keeps results: ci.upload of ${path} with target lhci and serverBaseUrl, or LHCI_SERVER_BASE_URL`,
    );
  }
  const { token } = server;
  const client = token === undefined ? undefined : new ResultClient({ ...server, token }, signal);
  const context = await buildContext(sources);
  return {
    ...(typeof branch === 'string' && { baseline: client ? new StoredBaseline(client, branch, context?.commit) : unreachable(branch) }),
    store: async (report, now) => {
      if (client === undefined) return `the runs were not stored: ${noToken}`;
      if (context === undefined)
        return 'the runs were not stored: nobody knows of which commit and branch they are (LHCI_BUILD_CONTEXT__CURRENT_HASH, CURRENT_BRANCH)';
      return storeRuns(report, context, client, now);
    },
  };
}

const unreachable = (branch: string): Baseline => ({ branch, runsOf: () => Promise.reject(new ResultServerFailure(noToken)) });
