import type { Logger } from 'pino';
import type { Counter } from 'prom-client';
import { findingSchema } from '#contracts';
import type { Clock, EventStream, StoredMessage } from '#platform';
import { deliver, type Receiver } from '../delivery/deliver.ts';
import { postJson } from '../delivery/post.ts';
import { datadogEvent, oldestMs } from './datadog-event.ts';

export interface DatadogOptions {
  readonly apiKey: string;
  /** https://api.<site>; without a slash at its end. */
  readonly url: string;
}

export interface TellDatadogParts {
  readonly stream: EventStream;
  readonly clock: Clock;
  readonly log: Logger;
  readonly datadog: DatadogOptions;
  /** Labels `channel` and `result`. */
  readonly notices: Counter;
  readonly random?: () => number;
}

/**
 * Every finding becomes an event, at least once: one at a time, so that a crash repeats one at most. The returned function ends it; what
 * was not delivered by then is delivered after the next start.
 */
export async function tellDatadog(parts: TellDatadogParts): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const receiver = { notBefore: 0 };
  const bounds = { maxMessages: 1, maxBytes: 1024 * 1024, lingerMs: 0 };
  const stop = await parts.stream.consume({ topic: 'findings', group: 'datadog', ...bounds }, async ({ messages }, owned) => {
    for (const message of messages) await tell({ ...parts, receiver }, message, AbortSignal.any([owned, stopping.signal]));
  });
  return async () => {
    stopping.abort(new Error('the alerter stops'));
    await stop();
  };
}

type Parts = TellDatadogParts & { readonly receiver: Receiver };

async function tell(parts: Parts, message: StoredMessage, signal: AbortSignal): Promise<void> {
  const { clock, log, notices } = parts;
  const count = (result: string) => notices.inc({ channel: 'datadog', result });
  // A group that reads the topic for the first time finds what was told long ago.
  if (clock.now() - message.storedAt > oldestMs) return count('too_old');
  for (const line of message.value.toString().split('\n').filter(Boolean)) {
    const { result, reason, title } = await tellLine(parts, line, message.storedAt, signal);
    count(result);
    if (result !== 'delivered') log.error({ title, reason }, `datadog: a finding was not delivered: ${result}`);
  }
}

async function tellLine(parts: Parts, line: string, since: number, signal: AbortSignal) {
  const { clock, log, datadog, receiver, random = Math.random } = parts;
  const finding = read(line);
  if (!finding) return { result: 'invalid' as const, reason: 'it is no finding', title: line.slice(0, 200) };
  const { title } = finding;
  const request = { url: `${datadog.url}/api/v1/events`, headers: { 'dd-api-key': datadog.apiKey }, signal };
  const delivery = await deliver(() => postJson({ ...request, now: clock.now(), body: datadogEvent(finding, clock.now()) }), {
    ...{ clock, receiver, random, signal, since },
    onTrouble: (reason, pauseMs) => log.warn({ title, reason, pauseMs }, 'datadog: a finding is tried again'),
  });
  return { ...delivery, title };
}

/** What cannot be read now never can be. */
function read(line: string) {
  try {
    const finding = findingSchema.parse(JSON.parse(line));
    // Its kind's own words are read too.
    return typeof JSON.parse(finding.detail) === 'object' ? finding : undefined;
  } catch {
    return undefined;
  }
}
