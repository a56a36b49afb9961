import { randomInt } from 'node:crypto';

/** 64 bits of an id as two 32-bit words. */
type Fingerprint = readonly [number, number];

/** Open addressing over two words a slot; (0, 0) is an empty slot. Grows by doubling up to `maxSlots`. */
class FingerprintSet {
  #words = new Uint32Array(2 * 1024);
  #count = 0;

  constructor(private readonly maxSlots: number) {}

  get full(): boolean {
    return this.#count >= this.maxSlots / 2;
  }

  has(print: Fingerprint): boolean {
    return this.#words[this.#slot(print)] !== 0;
  }

  add(print: Fingerprint): void {
    if (this.#count * 4 >= this.#words.length) this.#grow();
    const slot = this.#slot(print);
    if (this.#words[slot] !== 0) return;
    this.#words.set(print, slot);
    this.#count += 1;
  }

  #slot([high, low]: Fingerprint): number {
    const mask = this.#words.length / 2 - 1;
    for (let slot = scatter(scatter(high ^ seed) ^ low) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 2;
      if (this.#words[at] === 0 || (this.#words[at] === high && this.#words[at + 1] === low)) return at;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0) this.#words.set([old[at]!, old[at + 1]!], this.#slot([old[at]!, old[at + 1]!]));
    }
  }
}

/** Clients choose the ids: without a secret they could choose those that share a slot, and each would be slower than the last. */
const seed = randomInt(2 ** 32);

/** The finaliser of MurmurHash3: every bit of the input changes half of the output's. */
function scatter(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * Remembers beacon ids for at least `windowMs`, in 16 to 32 bytes each. Two generations take turns; when one is full
 * before its time the window shrinks instead of memory growing. A false "known" needs two ids with equal 64-bit
 * fingerprints: about 1e-13 a look-up at two million ids.
 */
export class RepeatWindow {
  #young: FingerprintSet;
  #old: FingerprintSet;
  #since = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly windowMs: number,
    private readonly maxIds: number,
  ) {
    this.#young = this.#empty();
    this.#old = this.#empty();
  }

  has(id: string): boolean {
    const print = fingerprint(id);
    return this.#young.has(print) || this.#old.has(print);
  }

  add(id: string, now: number): void {
    if (now - this.#since >= this.windowMs || this.#young.full) {
      this.#old = this.#young;
      this.#young = this.#empty();
      this.#since = now;
    }
    this.#young.add(fingerprint(id));
  }

  #empty(): FingerprintSet {
    return new FingerprintSet(2 ** Math.ceil(Math.log2(this.maxIds * 2)));
  }
}

/** Folds a UUID's 128 bits to 64; the high word is never 0, so that no id looks like an empty slot. */
function fingerprint(id: string): Fingerprint {
  let [high, low, digits] = [0, 0, 0];
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    if (code === dash) continue;
    // Of a letter the low bits count from 1, of a digit from 0.
    const nibble = code > nine ? (code & 0xf) + 9 : code & 0xf;
    const shift = 28 - 4 * (digits & 7);
    if (digits & 8) low ^= nibble << shift;
    else high ^= nibble << shift;
    digits += 1;
  }
  return [(high | 1) >>> 0, low >>> 0];
}

const dash = 0x2d;
const nine = 0x39;
