import { fewestReleaseEvents } from '#contracts';
import type { Notice } from '../notices/notice.ts';
import type { Deploy } from './deploy.ts';
import type { SeenRelease } from './seen-releases-question.ts';

/** A deploy is said to come before what broke so much later, and no more. */
const recentMs = 6 * 3_600_000;
/** What did not come for so long is new where it comes again. */
const forgottenMs = 24 * 3_600_000;
/** Those that did not come for longest are forgotten first. */
const mostKnown = 5_000;

interface Known {
  readonly deploy: Deploy;
  readonly events: number;
  readonly isTold: boolean;
  /** When it was known to be a deploy, milliseconds since 1970; null where it is none yet. */
  readonly knownAt: number | null;
  readonly lastAt: number;
}

/** A stretch of arrivals and what came in it. The first one reaches further back: what was there in its beginning is no deploy. */
export interface Seen {
  readonly to: number;
  readonly isFirst: boolean;
  readonly rows: readonly SeenRelease[];
}

/** The releases that came lately, each since when. Times are milliseconds since 1970. */
export class ReleaseBook {
  #known = new Map<string, Known>();

  /** Of stretches that follow each other. */
  take({ to, isFirst, rows }: Seen): void {
    for (const row of rows) {
      const key = JSON.stringify([row.project, row.app, row.env, row.release]);
      const before = this.#known.get(key);
      const now = seenWith(before, row, to);
      const isDeploy = now.isTold || now.events >= fewestReleaseEvents;
      const knownAt = before?.knownAt ?? (isDeploy ? (isFirst ? now.deploy.at : to) : null);
      this.#known.delete(key);
      this.#known.set(key, { ...now, knownAt });
    }
    const kept = [...this.#known].filter(([, { lastAt }]) => lastAt > to - forgottenMs);
    this.#known = new Map(kept.slice(-mostKnown));
  }

  /** The last one of the project before `at`, of the app and the environment where the labels name them. */
  deployOf(project: string, { app, environment }: Notice['labels'], at: number): Notice['deploy'] {
    const before = this.#deploys().filter(
      ({ deploy }) =>
        deploy.project === project &&
        (app === undefined || deploy.app === app) &&
        (environment === undefined || deploy.environment === environment) &&
        deploy.at <= at &&
        deploy.at > at - recentMs,
    );
    const last = before.sort((one, other) => one.deploy.at - other.deploy.at).at(-1);
    return last && { release: last.deploy.release, at: last.deploy.at };
  }

  /** What became known as a deploy since then. */
  knownSince(since: number): Deploy[] {
    return this.#deploys().flatMap(({ deploy, knownAt }) => (knownAt > since ? [deploy] : []));
  }

  #deploys(): (Known & { readonly knownAt: number })[] {
    return [...this.#known.values()].flatMap((known) => (known.knownAt === null ? [] : [{ ...known, knownAt: known.knownAt }]));
  }
}

/** What was told of a release says better when it went live than its first event. */
function seenWith(before: Known | undefined, row: SeenRelease, to: number): Omit<Known, 'knownAt'> {
  const { project, app, env, release, url } = row;
  const [at, events] = [Number(row.at), Number(row.events)];
  const told = events === 0;
  const deploy = { project, app, environment: env, release, at, ...(url !== '' && { url }) };
  if (!before) return { deploy, events, isTold: told, lastAt: to };
  const better = told ? deploy : before.deploy;
  return { deploy: better, events: before.events + events, isTold: before.isTold || told, lastAt: to };
}
