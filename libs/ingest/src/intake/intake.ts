import type { Beacon } from '#contracts';
import type { EventStream } from '#platform';
import { StreamUnavailable } from '#platform';
import { type Arrival, type Refusal, refuse } from './arrival.ts';
import { type Accepted, type IntakeContext, type Rejected, runIntake, runSteps } from './intake-pipeline.ts';
import type { Access } from './key-ring.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { Once } from './once.ts';

export interface IntakeParts {
  readonly stream: EventStream;
  readonly book: LedgerBook;
  readonly once: Once;
  readonly context: IntakeContext;
}

/** What the client is told: how many events were kept, and which were not and why. */
export type Receipt =
  | { readonly kept: number; readonly refusals: readonly { readonly index: number; readonly refusal: Refusal }[] }
  | { readonly refusal: Refusal };

/** Takes beacons in: each is on the stream before it is acknowledged, and in the ledger whatever becomes of it. */
export class Intake {
  constructor(private readonly parts: IntakeParts) {}

  async take(body: Buffer, arrival: Arrival, access: Access): Promise<Receipt> {
    return this.#taken(runIntake(body, arrival, access, this.parts.context), arrival, access);
  }

  /** A beacon that was made of another protocol's events. */
  async takeBeacon(beacon: Beacon, arrival: Arrival, access: Access): Promise<Receipt> {
    return this.#taken(runSteps(beacon, arrival, access, this.parts.context), arrival, access);
  }

  async #taken(result: Accepted | Rejected, arrival: Arrival, access: Access): Promise<Receipt> {
    return 'refusal' in result ? this.reject(result, arrival, access) : this.#store(result);
  }

  /** Counts a beacon that was not taken. `access` is missing where no key was found. */
  reject({ refusal, events }: Rejected, arrival: Arrival, access?: Access): Receipt {
    const who = { tenant: access?.project.id ?? '', keyId: access?.keyId ?? '' };
    this.parts.book.count({ ...who, outcome: 'received', beacons: 1, events }, arrival.receivedAt);
    this.parts.book.count({ ...who, outcome: 'rejected', reason: refusal.refused, beacons: 1, events }, arrival.receivedAt);
    return { refusal };
  }

  async #store(result: Accepted): Promise<Receipt> {
    const { draft } = result;
    const { beaconId } = draft.beacon;
    try {
      if (beaconId === undefined) await this.#publish(result);
      else if (!(await this.parts.once.store(draft.access.project.id, beaconId, () => this.#publish(result))))
        return this.#duplicate(result);
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      const refusal = refuse('stream_unavailable', 'events cannot be stored right now', null, null, 2);
      return this.reject({ refusal, events: draft.beacon.metrics.length }, draft.arrival, draft.access);
    }
    this.#countKept(draft);
    return { kept: draft.events.length, refusals: draft.refusals };
  }

  /** A repeat was stored already: it is answered like the first, and counted as what it is. */
  #duplicate({ draft }: Accepted): Receipt {
    const refusal = refuse('duplicate', 'this beacon was stored before', 'beaconId');
    this.reject({ refusal, events: draft.beacon.metrics.length }, draft.arrival, draft.access);
    return { kept: draft.events.length, refusals: [] };
  }

  async #publish({ draft, lines, session }: Accepted): Promise<void> {
    const { project, keyId } = draft.access;
    const beaconId = draft.beacon.beaconId ?? '';
    const headers = { tenant: project.id, keyId, events: draft.events.length, beaconId };
    const key = session === '0' ? beaconId : session;
    await this.parts.stream.publish('rum', [{ key, headers, value: Buffer.from(lines) }]);
  }

  #countKept({ arrival, access, beacon, events, refusals, adjusted }: Accepted['draft']): void {
    const who = { tenant: access.project.id, keyId: access.keyId };
    const { book } = this.parts;
    book.count({ ...who, outcome: 'received', beacons: 1, events: beacon.metrics.length }, arrival.receivedAt);
    book.count({ ...who, outcome: 'accepted', beacons: 1, events: events.length }, arrival.receivedAt);
    for (const { refusal } of refusals) {
      book.count({ ...who, outcome: 'rejected', reason: refusal.refused, beacons: 0, events: 1 }, arrival.receivedAt);
    }
    for (const [reason, count] of adjusted)
      book.count({ ...who, outcome: 'adjusted', reason, beacons: 0, events: count }, arrival.receivedAt);
  }
}
