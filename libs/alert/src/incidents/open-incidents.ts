import type { AlertChange } from '#platform';
import { changeOf, type Kept, pendingOf } from '../alert-book.ts';
import type { StepNotice } from '../instances/step.ts';
import { type Announcing, announce, type Incident, type IncidentEvent } from './incident.ts';
import { type Silence, silences } from './silence.ts';

/** What is true of an incident as far as whoever judges knows it. */
export type IncidentFacts = Pick<
  Incident,
  'project' | 'rule' | 'ruleChannels' | 'instance' | 'labels' | 'openedAt' | 'measure' | 'headline'
> & {
  /** Graver than what it was so far. */
  readonly peak: number | null;
};

export interface IncidentsParts {
  readonly incidents: ReadonlyMap<string, Kept<Incident>>;
  readonly silences: readonly Silence[];
  readonly now: number;
  readonly channelsOf: Announcing['channelsOf'];
  readonly houseUrl?: string | undefined;
}

/** Nothing can open it again, and nobody asks for its messages. */
const forgottenMs = 20 * 60_000;
/** After so long somebody else is told again. */
const acknowledgedMs = 4 * 3_600_000;
const remindMs = { critical: 3_600_000, warning: 12 * 3_600_000, info: Number.POSITIVE_INFINITY } as const;

/** The incidents of one look, with what is to be written of them. Nothing of it is true before it is written. */
export class OpenIncidents {
  readonly #parts: IncidentsParts;
  readonly #changed = new Map<string, Incident>();
  readonly #deliveries: AlertChange[] = [];
  readonly #ended = new Set<string>();

  constructor(parts: IncidentsParts) {
    this.#parts = parts;
  }

  find(id: string): Incident | undefined {
    return this.#changed.get(id) ?? this.#parts.incidents.get(id)?.value;
  }

  /** An instance has something to say. */
  take(id: string, notice: StepNotice, facts: IncidentFacts, at: number): void {
    const { kind, severity, severityBefore, reason } = notice;
    const before = this.find(id);
    const known: Incident = before
      ? { ...before, ...facts, openedAt: before.openedAt, peak: facts.peak ?? before.peak, measure: facts.measure ?? before.measure }
      : newIncident(id, facts, this.#parts.now);
    const open = {
      severity,
      ...(kind === 'resolve' ? { resolvedAt: at, reason } : kind === 'trigger' && { resolvedAt: null, reason: '' }),
    };
    this.#tell({ ...known, ...open }, { kind, reason, at, ...(severityBefore && { severityBefore }) });
  }

  /** Somebody looks after it. */
  acknowledge(id: string, by: string): Incident {
    const { now } = this.#parts;
    const acknowledged = { by, at: now, until: now + acknowledgedMs };
    this.#tell({ ...this.find(id)!, acknowledged }, { kind: 'ack', reason: '', at: now });
    return this.find(id)!;
  }

  /** What time alone brings: reminders, the end of a silence, and the end of everything. */
  tend(): void {
    const { incidents, now } = this.#parts;
    for (const [id] of incidents) {
      const incident = this.find(id)!;
      if (incident.resolvedAt !== null) {
        if (now - incident.resolvedAt > forgottenMs && !this.#changed.has(id)) this.#end(incident);
      } else if (incident.held === 'silenced' && !this.#silenced(incident)) {
        this.#tell(incident, { kind: 'trigger', reason: 'silence ended', at: now });
      } else if (incident.channels.length > 0 && incident.acknowledged === null) {
        const last = incident.remindedAt ?? incident.detectedAt;
        if (now - last >= remindMs[incident.severity] && !this.#silenced(incident))
          this.#tell({ ...incident, remindedAt: now }, { kind: 'remind', reason: 'still open', at: now });
      } else if (incident.acknowledged && now >= incident.acknowledged.until) {
        this.#changed.set(id, { ...incident, acknowledged: null, remindedAt: now });
      }
    }
  }

  get changes(): AlertChange[] {
    const incidents = [...this.#changed].map(([id, incident]) =>
      changeOf('incident', { project: incident.project, id, ended: this.#ended.has(id) }, this.#parts.incidents.get(id), incident),
    );
    return [...incidents, ...this.#deliveries];
  }

  #tell(incident: Incident, event: IncidentEvent): void {
    const { channelsOf, houseUrl, now } = this.#parts;
    const announcing = { channelsOf, silenced: this.#silenced(incident), ...(houseUrl !== undefined && { houseUrl }) };
    const announced = announce(incident, event, announcing);
    this.#changed.set(incident.id, announced.incident);
    for (const announcement of announced.announcements) {
      const pending = pendingOf(announcement, now);
      this.#deliveries.push(changeOf('delivery', { project: incident.project, id: pending.delivery.id }, undefined, pending));
    }
  }

  #silenced(incident: Incident): boolean {
    return this.#parts.silences.some((silence) => silences(silence, incident, this.#parts.now));
  }

  #end(incident: Incident): void {
    this.#ended.add(incident.id);
    this.#changed.set(incident.id, incident);
  }
}

function newIncident(id: string, facts: IncidentFacts, now: number): Incident {
  return {
    ...{ id, ...facts, severity: 'info', detectedAt: now, resolvedAt: null, reason: '', acknowledged: null },
    ...{ seq: 0, channels: [], held: null, remindedAt: null },
  };
}
