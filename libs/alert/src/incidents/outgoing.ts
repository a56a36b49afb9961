import type { AlertChange, AlertRecord } from '#platform';
import { changeOf, pendingOf } from '../alert-book.ts';
import type { Draft } from '../draft.ts';
import type { NoticeKind } from '../notices/notice.ts';
import type { Held } from './held-back.ts';
import type { Announcement, Incident, IncidentEvent } from './incident.ts';
import type { RouteChoice } from './route.ts';
import { isChat, type Telling } from './telling.ts';

/** What leaves the house after a look, and what does not. */
export class Outgoing {
  readonly records: AlertRecord[] = [];
  readonly #deliveries = new Map<string, AlertChange>();
  readonly #made: NoticeKind[] = [];
  readonly #held: { readonly kind: NoticeKind; readonly reason: Held['reason'] }[] = [];

  constructor(
    private readonly telling: Telling,
    private readonly alarms: Draft<'alarm'>,
    private readonly now: number,
  ) {}

  get changes(): AlertChange[] {
    return [...this.#deliveries.values()];
  }

  /** `waits`: others may be told with it. */
  tell(announcements: readonly Announcement[], choice: RouteChoice, waits: boolean): void {
    for (const announcement of announcements) {
      const { project } = announcement.notice;
      const pending = pendingOf(announcement, { now: this.now, ...this.#due(announcement, choice, waits) });
      this.#deliveries.set(pending.delivery.id, changeOf('delivery', { project, id: pending.delivery.id }, undefined, pending));
      this.#made.push(announcement.notice.kind);
    }
    this.#raiseAlarm(announcements);
  }

  holdBack({ id, project }: Incident, { kind, at }: IncidentEvent, { reason, by }: Held): void {
    this.#held.push({ kind, reason });
    const body = JSON.stringify({ incident: id, kind, reason, by, at });
    this.records.push({ project, kind: 'held', id: `${id}:${kind}:${at}:${reason}`, body });
  }

  /** Once it is written. */
  report(): void {
    for (const kind of this.#made) this.telling.seen?.made(kind);
    for (const { kind, reason } of this.#held) this.telling.seen?.held(kind, reason);
  }

  #due({ channel, notice }: Announcement, { digestMs, groupWaitMs }: RouteChoice, waits: boolean): { dueAt: number; digest: boolean } {
    const chat = isChat(this.telling, channel);
    if (chat && digestMs > 0) return { dueAt: Math.ceil(this.now / digestMs) * digestMs, digest: true };
    return { dueAt: this.now + (chat && waits && notice.kind === 'trigger' ? groupWaitMs : 0), digest: false };
  }

  /** A critical incident is watched until somebody has taken it. The log is nobody. */
  #raiseAlarm(announcements: readonly Announcement[]): void {
    const urgent = announcements.filter(
      ({ channel, notice: { kind, severity } }) =>
        severity === 'critical' && (kind === 'trigger' || kind === 'escalate') && this.telling.typeOf(channel) !== 'log',
    );
    const [first] = urgent;
    if (!first) return;
    const { notice, seq } = first;
    const before = this.alarms.get(notice.incident.id);
    const asked = [...new Set([...(before?.seq === seq ? before.asked : []), ...urgent.map(({ channel }) => channel)])];
    this.alarms.set(notice.incident.id, { project: notice.project, asked, seq, notice, since: this.now, step: 'channels' });
  }
}
