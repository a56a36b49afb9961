import { refuse } from '../../intake/arrival.ts';
import { Unreadable } from './reading.ts';

/** What stands before a field says how it is written. */
export const wire = { varint: 0, eight: 1, bytes: 2, four: 5 } as const;

/** Reads protobuf's primitives, never beyond the end that holds at the moment. */
export class ProtobufBytes {
  at = 0;
  end: number;
  readonly #view: DataView;

  constructor(private readonly bytes: Buffer) {
    this.end = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The low 32 bits, as a number without a sign. */
  varint(): number {
    const { bytes, end } = this;
    let [value, shift] = [0, 0];
    for (;;) {
      if (this.at >= end) throw invalid('it ends inside a number');
      const byte = bytes[this.at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
      if (shift >= 70) throw invalid('a number is longer than ten bytes');
    }
  }

  /** All 64 bits. */
  varint64(): bigint {
    const { bytes, end } = this;
    let [low, high, shift] = [0, 0n, 0];
    for (;;) {
      if (this.at >= end) throw invalid('it ends inside a number');
      const byte = bytes[this.at++]!;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else high |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asUintN(64, high | BigInt(low));
      shift += 7;
      if (shift >= 70) throw invalid('a number is longer than ten bytes');
    }
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Goes into what has its length here, as if it were all there is; the end of before, for `leave`. */
  enter(): number {
    const outer = this.end;
    this.end = this.#length();
    return outer;
  }

  leave(outer: number): void {
    this.end = outer;
  }

  /** Where the bytes end whose length stands here; the reader stands at their start. */
  #length(): number {
    const length = this.varint();
    if (length > this.end - this.at) throw invalid('a field is longer than what it is in');
    return this.at + length;
  }

  text(encoding: 'utf8' | 'hex' | 'base64'): string {
    const end = this.#length();
    const text = this.bytes.toString(encoding, this.at, end);
    this.at = end;
    return text;
  }

  /** Passes over a field that is not read. */
  skip(type: number): void {
    if (type === wire.varint) this.varint();
    else if (type === wire.eight) this.#take(8);
    else if (type === wire.bytes) this.at = this.#length();
    else if (type === wire.four) this.#take(4);
    else throw invalid(`there is no wire type ${type}`);
  }

  #take(count: number): number {
    const { at } = this;
    if (count > this.end - at) throw invalid('it ends inside a number');
    this.at = at + count;
    return at;
  }
}

export const invalid = (what: string) => new Unreadable(refuse('protobuf_invalid', `the body is not protobuf: ${what}`, 'body'));
