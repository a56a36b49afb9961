import type { Logger } from 'pino';
import type { Notice } from '../../notices/notice.ts';
import { linksOf } from '../../notices/notice-links.ts';
import { firstLine, furtherLines } from '../../notices/notice-text.ts';
import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';

/** The channel that is always there: each notice is one line of the log. */
export class LogChannel implements Channel {
  readonly type = 'log';

  constructor(
    readonly id: string,
    private readonly log: Logger,
  ) {}

  async send({ id, notice }: Delivery, { signal }: SendContext): Promise<Sent> {
    signal.throwIfAborted();
    const level = notice.kind === 'trigger' || notice.kind === 'escalate' ? 'warn' : 'info';
    this.log[level](escaped({ ...factsOf(notice), delivery: id }), firstLine(notice));
    // 0 is no status of anybody: there is no provider.
    return { result: 'delivered', status: 0, answer: 'logged' };
  }
}

function factsOf(notice: Notice) {
  const { kind, project, severity, incident, rule, labels, measure, reason } = notice;
  return {
    ...{ kind, project, severity, incident: incident.id, rule: rule.id, labels },
    ...(measure && { metric: measure.metric, value: measure.value, reference: measure.reference, samples: measure.samples }),
    ...(reason && { reason }),
    ...{ further: furtherLines(notice), links: linksOf(notice).map(({ href }) => href) },
  };
}

/** JSON escapes some control characters; a terminal obeys others, and some turn what is read. */
function escaped<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, hexOf) as T;
  if (Array.isArray(value)) return value.map(escaped) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [escaped(key), escaped(inner)])) as T;
}

const hexOf = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
