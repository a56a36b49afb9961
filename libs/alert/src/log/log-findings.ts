import type { Logger } from 'pino';
import type { EventStream } from '#platform';

const bounds = { maxMessages: 100, maxBytes: 1024 * 1024, lingerMs: 0 };

/** The channel that is always there: each finding is a line of the log. The returned function ends it after the block in hand. */
export function logFindings(stream: EventStream, log: Logger): Promise<() => Promise<void>> {
  return stream.consume({ topic: 'findings', group: 'alerter', ...bounds }, async ({ messages }) => {
    for (const { headers, value } of messages) log.warn({ project: headers.tenant, finding: value.toString() }, 'finding');
  });
}
