import type { ConfigFile } from '#contracts';
import { type Refusal, refuse } from './arrival.ts';

export type OverloadLimits = Pick<ConfigFile['limits'], 'beaconsUnderWay' | 'bytesUnderWay' | 'storeTargetMs'>;

/** A beacon whose body was read, on its way to the stream. */
export interface UnderWay {
  readonly key: string;
  readonly bytes: number;
  readonly since: number;
}

interface Sender {
  underWay: number;
  lastSeen: number;
}

/** So few are never too many: a stream that is slow by nature must not shut the door. */
const leastBeacons = 128;
/** A late beacon leaves this part of the bound, the less the later it is, once in `storeTargetMs`. */
const shrink = { least: 0.25, most: 0.8 };
/** One in time gives a little back, while the bound is made use of: one that nobody came near says nothing of what can be held. */
const grow = { by: 0.05, fromUse: 0.5 };
/** A key counts as sending for this long after its last beacon. */
const activeMs = 1_000;
/** Seconds after which clients try again: spread, so that they do not all return at once. */
const retrySeconds = { first: 2, last: 10 };

/**
 * Notices that this process takes in more than it gets rid of, before a body is read. Beacons under way are bounded, and the bound
 * follows the time they take: everything a beacon waits for, the event loop as well as the stream, makes it late, and late beacons
 * lower the bound until those that are let in are in time again. Time comes in as an argument.
 */
export class OverloadGuard {
  readonly #senders = new Map<string, Sender>();
  #beacons = 0;
  #bytes = 0;
  #bound: number;
  #shrunkAt = Number.NEGATIVE_INFINITY;
  #active = 1;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limits: OverloadLimits,
    private readonly random: () => number = Math.random,
  ) {
    this.#bound = limits.beaconsUnderWay;
  }

  get beacons(): number {
    return this.#beacons;
  }

  /** Beacons that may be under way now. */
  get bound(): number {
    return Math.floor(this.#bound);
  }

  /**
   * Undefined when a beacon of the key may be read. Above half of the bound each key has an equal share of all of it: those that
   * take the most are refused first, and one that sends little is let in whatever the others do.
   */
  refusal(key: string, now: number): Refusal | undefined {
    const sender = this.#seen(key, now);
    const { beaconsUnderWay, bytesUnderWay } = this.limits;
    if (this.#bytes >= bytesUnderWay) return this.#refuse('bytes', bytesUnderWay);
    if (this.#beacons >= beaconsUnderWay) return this.#refuse('beacons', beaconsUnderWay);
    if (this.#beacons < this.#bound / 2) return undefined;
    const share = Math.max(1, Math.floor(this.#bound / this.#activeAt(now)));
    return sender.underWay < share ? undefined : this.#refuse('beacons', share);
  }

  begin(key: string, bytes: number, now: number): UnderWay {
    this.#seen(key, now).underWay += 1;
    this.#beacons += 1;
    this.#bytes += bytes;
    return { key, bytes, since: now };
  }

  end({ key, bytes, since }: UnderWay, now: number): void {
    const { beaconsUnderWay, storeTargetMs } = this.limits;
    const took = now - since;
    const used = this.#beacons >= this.#bound * grow.fromUse;
    if (took <= storeTargetMs) this.#bound = Math.min(beaconsUnderWay, this.#bound + (used ? grow.by : 0));
    else if (now - this.#shrunkAt > storeTargetMs) this.#shrink(storeTargetMs / took, now);
    this.#seen(key, now).underWay -= 1;
    this.#beacons -= 1;
    this.#bytes -= bytes;
  }

  /** From what is under way, not from a bound that nobody came near. */
  #shrink(part: number, now: number): void {
    const left = Math.min(shrink.most, Math.max(shrink.least, part));
    const from = Math.min(this.#bound, Math.max(this.#beacons, this.#bound / 2));
    this.#bound = Math.max(Math.min(leastBeacons, this.limits.beaconsUnderWay), from * left);
    this.#shrunkAt = now;
  }

  #refuse(what: string, limit: number): Refusal {
    const { first, last } = retrySeconds;
    const wait = first + Math.floor(this.random() * (last - first + 1));
    return refuse('overloaded', `the server has too many ${what} under way`, null, limit, wait);
  }

  #seen(key: string, now: number): Sender {
    const known = this.#senders.get(key);
    const sender = known ?? { underWay: 0, lastSeen: now };
    if (!known) this.#senders.set(key, sender);
    sender.lastSeen = now;
    return sender;
  }

  /** Counted ten times a second; forgets those that are gone. */
  #activeAt(now: number): number {
    if (now - this.#countedAt < activeMs / 10) return this.#active;
    this.#countedAt = now;
    for (const [key, { underWay, lastSeen }] of this.#senders) if (underWay === 0 && now - lastSeen > activeMs) this.#senders.delete(key);
    this.#active = Math.max(1, this.#senders.size);
    return this.#active;
  }
}
