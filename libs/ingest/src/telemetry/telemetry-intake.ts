import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Beacon, beaconLimits, type Topic } from '#contracts';
import { type EventStream, type OutgoingMessage, StreamUnavailable } from '#platform';
import { type Arrival, type Refusal, refuse } from '../intake/arrival.ts';
import type { Intake } from '../intake/intake.ts';
import type { Access } from '../intake/key-ring.ts';
import type { LedgerBook } from '../intake/ledger-book.ts';
import type { Once } from '../intake/once.ts';
import type { Admission } from '../intake/steps/limit-rate.ts';
import { logLine } from './log-line.ts';
import { pointLine } from './point-line.ts';
import { partId } from './record-id.ts';
import { RowMaking, type RowMakingParts } from './row-making.ts';
import { spanLine } from './span-line.ts';
import type { RefusedRecord, Signal, TelemetryBatch, TelemetryReceipt } from './telemetry-batch.ts';
import { TraceKeeping } from './trace-keeping.ts';

export interface TelemetryParts {
  readonly stream: EventStream;
  readonly book: LedgerBook;
  readonly once: Once;
  readonly intake: Intake;
  readonly admission: Admission;
  readonly making: RowMakingParts;
}

/** A request's records of one kind, as far as one message of the stream holds them. */
interface Part {
  readonly topic: Topic;
  readonly signal: Signal;
  readonly id: string;
  readonly lines: readonly string[];
  readonly refused: readonly RefusedRecord[];
}

/** With what a record has at most, they stay below a mebibyte. By count and not by bytes: a repeat is divided like the first. */
const recordsPerPart = 50;
/** Made in one go: some milliseconds of work. */
const partsPerTurn = 8;

/**
 * Takes in what other protocols than ours carry: each record is on the stream before the request is acknowledged, and in the ledger whatever
 * becomes of it. Parts of a request that are on the stream when another cannot be stored are recognised when the request comes again.
 */
export class TelemetryIntake {
  readonly #keeping = new TraceKeeping();

  constructor(private readonly parts: TelemetryParts) {}

  /** `digest` names the request: the same for one that is sent again. */
  async take(batch: TelemetryBatch, digest: Buffer, arrival: Arrival, access: Access): Promise<TelemetryReceipt> {
    const count = batch.spans.length + batch.logs.length + batch.points.length;
    const limited = count > 0 ? this.parts.admission.events(count, arrival, access) : undefined;
    if (limited) return this.reject(limited, arrival, access, count);
    this.#countUnread(batch.refused, arrival, access);
    const making = new RowMaking(this.parts.making, arrival, access);
    const { source } = batch;
    const weigh = this.#keeping.of(batch.spans, access.project, arrival.receivedAt);
    const divided = [
      divide('spans', 'spans', batch.spans, digest, (span) => spanLine(span, source, making, weigh)),
      divide('logs', 'logs', batch.logs, digest, (log) => logLine(log, source, making)),
      divide('points', 'points', batch.points, digest, (point) => pointLine(point, source, making)),
    ];
    const { parts, failed } = await this.#storeAll(divided, arrival, access);
    this.#countAdjusted(making, arrival, access);
    const metrics = await this.#takeBeacons(batch.beacons, digest, arrival, access);
    const refusal = failed ?? metrics.failed;
    return refusal ? { refusal } : { stored: storedOf(parts, metrics.stored), refused: refusedOf(batch, parts, metrics.refused) };
  }

  /** Counts a request that was not taken. `access` is missing where no key was found. */
  reject(refusal: Refusal, arrival: Arrival, access?: Access, events = 0): { readonly refusal: Refusal } {
    this.parts.intake.reject({ refusal, events }, arrival, access);
    return { refusal };
  }

  /** One after the other is made, and what is made is on its way: a request may have a hundred thousand records, and the others not held up by them. */
  async #storeAll(divided: readonly Iterable<Part>[], arrival: Arrival, access: Access) {
    const parts: Part[] = [];
    const fates: Promise<Refusal | undefined>[] = [];
    for (const some of divided)
      for (const part of some) {
        parts.push(part);
        const fate = this.#store(part, arrival, access);
        // Looked at below, once all are made.
        fate.catch(() => {});
        fates.push(fate);
        if (parts.length % partsPerTurn === 0) await nextTurn();
      }
    return { parts, failed: (await Promise.all(fates)).find((each) => each !== undefined) };
  }

  /** Why it is not on the stream; undefined where it is. */
  async #store(part: Part, arrival: Arrival, access: Access): Promise<Refusal | undefined> {
    const { topic, id, lines } = part;
    const events = lines.length + part.refused.length;
    if (lines.length === 0) {
      this.#countPart(part, arrival, access);
      return undefined;
    }
    const headers = { tenant: access.project.id, keyId: access.keyId, events: lines.length, beaconId: id };
    const message: OutgoingMessage = { key: id, headers, value: Buffer.from(lines.join('')) };
    try {
      const isFirst = await this.parts.once.store(access.project.id, id, () => this.parts.stream.publish(topic, [message]));
      if (isFirst) this.#countPart(part, arrival, access);
      else this.reject(refuse('duplicate', 'this was stored before'), arrival, access, events);
      return undefined;
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      return this.reject(refuse('stream_unavailable', 'events cannot be stored right now', null, null, 2), arrival, access, events).refusal;
    }
  }

  #countPart({ lines, refused }: Part, { receivedAt }: Arrival, { project, keyId }: Access): void {
    const { book } = this.parts;
    const who = { tenant: project.id, keyId };
    const beacons = lines.length > 0 ? 1 : 0;
    book.count({ ...who, outcome: 'received', beacons, events: lines.length + refused.length }, receivedAt);
    if (beacons > 0) book.count({ ...who, outcome: 'accepted', beacons, events: lines.length }, receivedAt);
    for (const { refusal } of refused)
      book.count({ ...who, outcome: 'rejected', reason: refusal.refused, beacons: 0, events: 1 }, receivedAt);
  }

  /** Those that their reader refused: they belong to no part. */
  #countUnread(refused: readonly RefusedRecord[], { receivedAt }: Arrival, { project, keyId }: Access): void {
    const who = { tenant: project.id, keyId, beacons: 0, events: 1 };
    for (const { refusal } of refused) {
      this.parts.book.count({ ...who, outcome: 'received' }, receivedAt);
      this.parts.book.count({ ...who, outcome: 'rejected', reason: refusal.refused }, receivedAt);
    }
  }

  #countAdjusted({ adjusted }: RowMaking, { receivedAt }: Arrival, { project, keyId }: Access): void {
    for (const [reason, events] of adjusted)
      this.parts.book.count({ tenant: project.id, keyId, outcome: 'adjusted', reason, beacons: 0, events }, receivedAt);
  }

  async #takeBeacons(beacons: readonly Beacon[], digest: Buffer, arrival: Arrival, access: Access) {
    const refused: RefusedRecord[] = [];
    let [stored, failed] = [0, undefined as Refusal | undefined];
    for (const [n, beacon] of beacons.flatMap(withinLimits).entries()) {
      const receipt = await this.parts.intake.takeBeacon({ ...beacon, beaconId: partId(digest, `rum ${n}`) }, arrival, access);
      if ('kept' in receipt) {
        stored += receipt.kept;
        refused.push(...receipt.refusals.map(({ refusal }) => ({ signal: 'metrics' as const, refusal })));
      } else if (receipt.refusal.retryAfterSeconds !== undefined) failed = receipt.refusal;
      else refused.push(...beacon.metrics.map(() => ({ signal: 'metrics' as const, refusal: receipt.refusal })));
    }
    return { stored, refused, failed };
  }
}

function* divide<T>(
  topic: Topic,
  signal: Signal,
  records: readonly T[],
  digest: Buffer,
  lineOf: (record: T) => string | Refusal,
): Generator<Part> {
  for (let first = 0; first < records.length; first += recordsPerPart) {
    const made = records.slice(first, first + recordsPerPart).map(lineOf);
    const lines = made.filter((line) => typeof line === 'string');
    const refused = made.filter((line) => typeof line !== 'string').map((refusal) => ({ signal, refusal }));
    yield { topic, signal, id: partId(digest, `${topic} ${first}`), lines, refused };
  }
}

/** As many metrics as a beacon may have. */
function withinLimits(beacon: Beacon): Beacon[] {
  const { metrics } = beacon;
  const starts = Array.from({ length: Math.ceil(metrics.length / beaconLimits.events) }, (_, n) => n * beaconLimits.events);
  return starts.map((start) => ({ ...beacon, metrics: metrics.slice(start, start + beaconLimits.events) }));
}

function storedOf(parts: readonly Part[], metrics: number): Record<Signal, number> {
  const of = (signal: Signal) => parts.filter((part) => part.signal === signal).reduce((sum, { lines }) => sum + lines.length, 0);
  return { spans: of('spans'), logs: of('logs'), points: of('points'), metrics };
}

/** What sampling left out is no fault of its sender's, who would warn of it. */
function refusedOf({ refused }: TelemetryBatch, parts: readonly Part[], metrics: readonly RefusedRecord[]): RefusedRecord[] {
  const all = [...refused, ...parts.flatMap((part) => part.refused), ...metrics];
  return all.filter(({ refusal }) => refusal.refused !== 'sampled_out');
}
