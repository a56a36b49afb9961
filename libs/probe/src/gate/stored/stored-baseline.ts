import type { LighthouseResult } from '../../lhr/lighthouse-result.ts';
import type { ResultClient, StoredBuild } from './result-client.ts';
import { differenceText, isAlike, type PageKind, readStoredResult, type StoredResult } from './stored-result.ts';
import { storedUrl } from './stored-url.ts';

/** What was measured of a page of a branch before, and may be compared with now. */
export interface BaselineRuns {
  /** The newest first. */
  readonly runs: readonly LighthouseResult[];
  /** Of those, and of builds that were looked through, for people. */
  readonly text: string;
}

/** Runs that a page is held against, and builds that are looked through for them. */
const [mostRuns, mostBuilds] = [20, 20];
const shownHash = 7;

/** The stored runs of one branch. */
export class StoredBaseline {
  #builds: Promise<readonly StoredBuild[]> | undefined;

  constructor(
    private readonly client: Pick<ResultClient, 'builds' | 'results'>,
    readonly branch: string,
    /** Commit that is measured now: what was stored of it before is no baseline; undefined where nobody knows. */
    private readonly commit: string | undefined,
  ) {}

  /** Of this page, on such a runner, with such a configuration. None, and why, where there are none; throws ResultServerFailure. */
  async runsOf(url: string, kind: PageKind): Promise<BaselineRuns> {
    const found: StoredResult[] = [];
    const used: StoredBuild[] = [];
    const others: StoredResult[] = [];
    for (const build of await this.#all()) {
      const stored = (await this.client.results(build.id, storedUrl(url))).flatMap((json) => readStoredResult(json) ?? []);
      const alike = stored.filter(({ fingerprint }) => isAlike(kind, fingerprint));
      others.push(...stored.filter((one) => !alike.includes(one)));
      if (alike.length > 0) used.push(build);
      found.push(...alike);
      if (found.length >= mostRuns) break;
    }
    const runs = found.slice(0, mostRuns).map(({ lhr }) => lhr);
    return { runs, text: runs.length > 0 ? this.#usedText(runs.length, used) : this.#noneText(kind, others) };
  }

  #all(): Promise<readonly StoredBuild[]> {
    this.#builds ??= this.client.builds(this.branch, mostBuilds).then((builds) => builds.filter(({ hash }) => hash !== this.commit));
    return this.#builds;
  }

  #usedText(runs: number, [last, ...more]: readonly StoredBuild[]): string {
    const builds = more.length === 0 ? 'one build' : `${more.length + 1} builds, the last of`;
    return `${runs} stored ${runs === 1 ? 'run' : 'runs'} of ${this.branch} (${builds} ${last!.hash.slice(0, shownHash)})`;
  }

  #noneText(kind: PageKind, others: readonly StoredResult[]): string {
    if (others.length === 0) return `no runs of this page are stored of ${this.branch}: gate --store on that branch stores them`;
    const count = `${others.length} stored ${others.length === 1 ? 'run' : 'runs'}`;
    return `none of ${count} of ${this.branch} was measured alike (the last with ${differenceText(kind, others[0]!.fingerprint)})`;
  }
}
