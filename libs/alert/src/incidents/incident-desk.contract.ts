import type { AlertChange, AlertRecord } from '#platform';
import type { Kept, PendingDelivery } from '../alert-book.ts';
import type { StepNotice } from '../instances/step.ts';
import { furtherLines } from '../notices/notice-text.ts';
import type { IncidentBook } from './incident-book.ts';
import { type IncidentFacts, OpenIncidents } from './open-incidents.ts';
import type { Silence } from './silence.ts';
import { type Telling, type TellingOptions, tellingOf } from './telling.ts';
import { tendIncidents } from './tend-incidents.ts';

const minuteMs = 60_000;

/** Looks at incidents one after the other, as if what each wrote had been written. */
export class IncidentDesk {
  readonly telling: Telling;
  readonly records: AlertRecord[] = [];
  readonly deliveries: PendingDelivery[] = [];
  readonly #documents = new Map<string, Map<string, Kept<unknown>>>();

  constructor(
    options: Partial<TellingOptions>,
    /** Milliseconds since 1970. */
    readonly begin: number,
  ) {
    const types = new Map([
      ...[
        ['slack', 'slack'],
        ['pagerduty', 'pagerduty'],
      ],
    ] as [string, string][]);
    this.telling = tellingOf({ routes: [], muteTimings: [], inhibitions: [], types, ...options });
  }

  get book(): IncidentBook {
    const kinds = { incidents: 'incident', groups: 'group', silences: 'silence', alarms: 'alarm', threads: 'thread' };
    const book = Object.entries(kinds).map(([name, kind]) => [name, this.#of(kind)] as const);
    return Object.fromEntries(book) as unknown as IncidentBook;
  }

  silence(silence: Partial<Silence>): void {
    const usual = {
      id: 's',
      project: 'shop',
      matchers: {},
      startsAt: this.begin,
      endsAt: this.begin + 60 * minuteMs,
      author: 'ann',
      comment: '',
    };
    this.#of('silence').set('s', { version: 1, value: { ...usual, ...silence } });
  }

  /** Answers what is told: `channel kind: reason`, the channel's notices in their order. */
  look(minute: number, happens: (open: OpenIncidents, at: number) => void = () => {}): string[] {
    const now = this.begin + minute * minuteMs;
    const open = new OpenIncidents({ book: this.book, telling: this.telling, now });
    happens(open, now);
    tendIncidents(open);
    const told = this.#write(open.changes);
    this.records.push(...open.records);
    return told;
  }

  /** The lines under the last notice to a channel. */
  lastTold(channel: string) {
    const { notice } = this.deliveries.findLast(({ delivery }) => delivery.channel === channel)!.delivery;
    return { ...notice, further: furtherLines(notice) };
  }

  #of(kind: string): Map<string, Kept<unknown>> {
    const known = this.#documents.get(kind) ?? new Map();
    this.#documents.set(kind, known);
    return known;
  }

  #write(changes: readonly AlertChange[]): string[] {
    const told: string[] = [];
    for (const { kind, id, version, body, ended } of changes) {
      const value = JSON.parse(body);
      if (kind === 'delivery') {
        this.deliveries.push(value);
        const { channel, notice } = value.delivery;
        told.push(`${channel} ${notice.kind}${notice.reason ? `: ${notice.reason}` : ''}`);
        continue;
      }
      const documents = this.#of(kind);
      if ((documents.get(id)?.version ?? 0) !== version) throw new Error(`${kind} ${id}: wrong version ${version}`);
      if (ended) documents.delete(id);
      else documents.set(id, { version: version + 1, value });
    }
    return told;
  }
}

/** An incident of the rule `slow`; its instance is called after it. */
export const factsOf = (id: string, changes: Partial<IncidentFacts> = {}): IncidentFacts => ({
  ...{ project: 'shop', rule: { id: 'slow', name: 'Slow tools' }, instance: id, labels: { tool: id }, openedAt: 0 },
  ...{ measure: null, headline: null, peak: null },
  ...changes,
});

export const noticeOf = (kind: StepNotice['kind'], severity: StepNotice['severity'] = 'critical', reason: StepNotice['reason'] = '') =>
  ({ kind, severity, reason }) as StepNotice;
