import type { Logger } from 'pino';
import { AlertConflict, type AlertState, type Warehouse } from '#platform';
import type { Channel } from '../channels/channel.ts';
import type { Notice } from '../notices/notice.ts';
import type { LiveRules } from '../rules/live-rules.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { ReleaseBook } from './release-book.ts';
import { type SeenRelease, seenReleases } from './seen-releases-question.ts';
import { tellDeploys } from './tell-deploys.ts';

export interface DeployWatchParts {
  readonly warehouse: Warehouse;
  readonly state: AlertState;
  readonly log: Logger;
  /** Deploys of projects without rules are nobody's business. */
  readonly rules: Pick<LiveRules, 'current'>;
  /** All there are, by their ids; those that show deploys are told. */
  readonly channels: ReadonlyMap<string, Channel>;
}

const hourMs = 3_600_000;
/** The first question reaches so far back: of what came in its beginning nobody knows since when. */
const firstMs = 12 * hourMs;
/** What was told is asked for again each time: it may come late. */
const toldMs = 6 * hourMs;
/** Whoever judges waits no longer for it. */
const patienceMs = 2_000;
const longestMs = 30_000;

/** Of a deploy that was known before, nobody is told any more: as at the first start of a house. */
const tellableMs = hourMs;

/** Asks once a minute which releases came, for notices to say what went live before something broke. They go without where that is not known. */
export class DeployWatch {
  readonly #book = new ReleaseBook();
  #askedTo: number | null = null;
  #running: Promise<void> | null = null;

  constructor(private readonly parts: DeployWatchParts) {}

  readonly deployOf = (project: string, labels: Notice['labels'], at: number): Notice['deploy'] => this.#book.deployOf(project, labels, at);

  /** `to`: all that had come in by then is stored, milliseconds since 1970. Resolves where it is known, or takes too long; never rejects. */
  async look(to: number, now: number, signal: AbortSignal): Promise<void> {
    if (this.#running !== null || to <= (this.#askedTo ?? 0)) return;
    const asked = this.#ask(to, signal);
    this.#running = asked
      .then((isKnown) => (isKnown ? this.#tell(now, signal) : undefined))
      .finally(() => {
        this.#running = null;
      });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([asked, patience]);
    clearTimeout(timer);
  }

  /** Resolves when nothing of it is under way; its signal ends that. */
  async stop(): Promise<void> {
    await this.#running;
  }

  async #ask(to: number, stopping: AbortSignal): Promise<boolean> {
    const { warehouse, log } = this.parts;
    const from = Math.max(this.#askedTo ?? 0, to - firstMs);
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(longestMs)]);
    try {
      const rows = await warehouse.ask<SeenRelease>({ ...seenReleases({ from, to, toldFrom: to - toldMs }), signal });
      this.#book.take({ to, isFirst: this.#askedTo === null, rows });
      this.#askedTo = to;
      return true;
    } catch (error) {
      if (!stopping.aborted) log.warn({ err: error }, 'alerts: it is not known what was deployed');
      return false;
    }
  }
  async #tell(now: number, signal: AbortSignal): Promise<void> {
    const { rules, log } = this.parts;
    try {
      const book = await rules.current();
      const deploys = this.#book.knownSince(now - tellableMs).filter(({ project }) => hasRules(book, project));
      await tellDeploys(deploys, this.parts, { now, signal });
    } catch (error) {
      if (!signal.aborted && !(error instanceof AlertConflict)) log.warn({ err: error }, 'alerts: deploys could not be told');
    }
  }
}

export function hasRules({ watched, findingRules }: RuleBook, project: string): boolean {
  return watched.some((one) => one.project === project) || findingRules.some(({ config }) => (config.project ?? project) === project);
}
