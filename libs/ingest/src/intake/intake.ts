import type { Clock, EventStream } from '#platform';
import { StreamUnavailable } from '#platform';
import { type Arrival, type Refusal, refuse } from './arrival.ts';
import { type Accepted, type IntakeContext, type Rejected, runIntake } from './intake-pipeline.ts';
import type { Access } from './key-ring.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { RepeatWindow } from './repeat-window.ts';

export interface IntakeParts {
  readonly stream: EventStream;
  readonly clock: Clock;
  readonly book: LedgerBook;
  readonly repeats: RepeatWindow;
  readonly context: IntakeContext;
}

/** What the client is told: how many events were kept, and which were not and why. */
export type Receipt =
  | { readonly kept: number; readonly refusals: readonly { readonly index: number; readonly refusal: Refusal }[] }
  | { readonly refusal: Refusal };

/** Takes beacons in: each is on the stream before it is acknowledged, and in the ledger whatever becomes of it. */
export class Intake {
  /** Beacons on their way to the stream, so that a copy that overtakes waits for the first one's fate. */
  readonly #underway = new Map<string, Promise<Receipt>>();

  constructor(private readonly parts: IntakeParts) {}

  async take(body: Buffer, arrival: Arrival, access: Access): Promise<Receipt> {
    const result = runIntake(body, arrival, access, this.parts.context);
    if ('refusal' in result) return this.reject(result, arrival, access);
    const { beaconId } = result.draft.beacon;
    return beaconId === undefined ? this.#store(result) : this.#storeOnce(beaconId, result);
  }

  /** Counts a beacon that was not taken. `access` is missing where no key was found. */
  reject({ refusal, events }: Rejected, arrival: Arrival, access?: Access): Receipt {
    const who = { tenant: access?.project.id ?? '', keyId: access?.keyId ?? '' };
    this.parts.book.count({ ...who, outcome: 'received', beacons: 1, events }, arrival.receivedAt);
    this.parts.book.count({ ...who, outcome: 'rejected', reason: refusal.refused, beacons: 1, events }, arrival.receivedAt);
    return { refusal };
  }

  async #storeOnce(beaconId: string, result: Accepted): Promise<Receipt> {
    const name = `${result.draft.access.project.id}/${beaconId}`;
    const first = this.#underway.get(name);
    if (first && !('refusal' in (await first))) return this.#duplicate(result);
    if (this.parts.repeats.has(beaconId)) return this.#duplicate(result);
    const storing = this.#store(result).then((receipt) => {
      if (!('refusal' in receipt)) this.parts.repeats.add(beaconId, this.parts.clock.now());
      return receipt;
    });
    this.#underway.set(name, storing);
    try {
      return await storing;
    } finally {
      if (this.#underway.get(name) === storing) this.#underway.delete(name);
    }
  }

  /** A repeat was stored already: it is answered like the first, and counted as what it is. */
  #duplicate({ draft }: Accepted): Receipt {
    const refusal = refuse('duplicate', 'this beacon was stored before', 'beaconId');
    this.reject({ refusal, events: draft.beacon.metrics.length }, draft.arrival, draft.access);
    return { kept: draft.events.length, refusals: [] };
  }

  async #store(result: Accepted): Promise<Receipt> {
    const { draft, lines, session } = result;
    const { project, keyId } = draft.access;
    const beaconId = draft.beacon.beaconId ?? '';
    const headers = { tenant: project.id, keyId, events: draft.events.length, beaconId };
    const key = session === '0' ? beaconId : session;
    try {
      await this.parts.stream.publish('rum', [{ key, headers, value: Buffer.from(lines) }]);
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      const refusal = refuse('stream_unavailable', 'events cannot be stored right now', null, null, 2);
      return this.reject({ refusal, events: draft.beacon.metrics.length }, draft.arrival, draft.access);
    }
    this.#countKept(draft);
    return { kept: draft.events.length, refusals: draft.refusals };
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
