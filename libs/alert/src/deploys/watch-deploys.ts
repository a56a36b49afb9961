import type { Clock, EventStream } from '#platform';
import type { LiveRules } from '../rules/live-rules.ts';
import { hasRules } from './deploy-watch.ts';
import { type TellDeploysParts, tellDeploys } from './tell-deploys.ts';
import { type StreamedDeploy, toldDeploy } from './told-deploy.ts';

export interface DeploysWatchParts extends TellDeploysParts {
  readonly stream: EventStream;
  readonly clock: Clock;
  /** Deploys of projects without rules are nobody's business. */
  readonly rules: Pick<LiveRules, 'current'>;
}

const bounds = { maxMessages: 100, maxBytes: 1024 * 1024, lingerMs: 0 };
/** What came onto the stream longer ago is no news, as to a group that reads the topic for the first time. */
const newsMs = 3_600_000;

/**
 * Deploys that somebody told, and new releases that were seen, are shown as soon as they stand on the stream, each once; one that could not be told is tried again with those
 * that the warehouse knows of. The returned function ends it.
 */
export async function watchDeploys(parts: DeploysWatchParts): Promise<() => Promise<void>> {
  const { stream, clock, log, rules, channels } = parts;
  const stopping = new AbortController();
  if (![...channels.values()].some(({ tellDeploy }) => tellDeploy)) return async () => {};
  const stop = await stream.consume({ topic: 'deploys', group: 'changes', ...bounds }, async ({ messages }, owned) => {
    const now = clock.now();
    const fresh = messages.filter(({ storedAt }) => now - storedAt <= newsMs);
    const lines = fresh.flatMap(({ value }) => value.toString().split('\n').filter(Boolean));
    const deploys = lines.flatMap((line) => toldDeploy(line) ?? []);
    if (deploys.length < lines.length) log.error({ unread: lines.length - deploys.length }, 'alerts: lines that are no deploys');
    const book = await rules.current();
    const signal = AbortSignal.any([owned, stopping.signal]);
    // One after the other: the same release may be there twice.
    for (const { deploy, said } of deploys.filter((one) => isNews(one, now) && hasRules(book, one.deploy.project)))
      await tellDeploys([deploy], parts, { now, signal, said });
    signal.throwIfAborted();
  });
  return async () => {
    stopping.abort(new Error('the alerter stops'));
    await stop();
  };
}

/** What somebody says is news whenever it went out; what was seen is not where it was there for long. */
const isNews = ({ deploy, said }: StreamedDeploy, now: number) => said || now - deploy.at <= newsMs;
