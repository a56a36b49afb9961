import type { Logger } from 'pino';
import { type Finding, findingSchema } from '#contracts';
import type { Clock, EventStream } from '#platform';
import { type OccurParts, occur } from '../incidents/occur.ts';
import { type FindingRules, occurrencesOf } from './finding-occurrences.ts';

export interface FindingWatchParts extends OccurParts {
  readonly stream: EventStream;
  readonly clock: Clock;
  readonly log: Logger;
  /** As they are now. */
  readonly rules: () => Promise<FindingRules>;
  /** Something may have to be told. */
  readonly onChange: () => void;
}

const bounds = { maxMessages: 100, maxBytes: 1024 * 1024, lingerMs: 0 };
/** Of a group that reads the topic for the first time: what was told long ago is no news. */
const newsMs = 24 * 3_600_000;

/** Findings of the stream become incidents; one that was read twice is the same. The returned function ends it. */
export function watchFindings(parts: FindingWatchParts): Promise<() => Promise<void>> {
  const { stream, clock, log, rules } = parts;
  return stream.consume({ topic: 'findings', group: 'alerts', ...bounds }, async ({ messages }) => {
    const now = clock.now();
    const fresh = messages.filter(({ storedAt }) => now - storedAt <= newsMs);
    const lines = fresh.flatMap(({ value }) => value.toString().split('\n').filter(Boolean));
    const findings = lines.flatMap((line) => read(line) ?? []);
    if (findings.length < lines.length) log.error({ unread: lines.length - findings.length }, 'alerts: lines that are no findings');
    const known = await rules();
    const occurrences = findings.flatMap((finding) => occurrencesOf(finding, known));
    if (occurrences.length === 0) return;
    await occur(parts, occurrences, now);
    parts.onChange();
  });
}

/** What cannot be read now never can be. */
function read(line: string): Finding | undefined {
  try {
    return findingSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
