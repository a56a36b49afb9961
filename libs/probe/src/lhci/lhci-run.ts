import type { RunFacts } from './seal/run-facts.ts';

/** One result of Lighthouse in a build, without its text. Moments are milliseconds since 1970. */
export interface LhciRun {
  readonly tenant: string;
  readonly projectId: string;
  readonly buildId: string;
  readonly id: string;
  /** As the client generalised it: it groups runs. */
  readonly url: string;
  /** Stands for all runs of its page; known when the build is sealed. */
  readonly representative: boolean;
  readonly facts: RunFacts;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}
