import type { AttributeValue } from '../telemetry-batch.ts';
import type { Field, FieldType, Message } from './message.ts';
import { attributeOf, exactly, noNames, type PlainValue } from './plain-value.ts';
import { invalid, ProtobufBytes, wire } from './protobuf-bytes.ts';
import { otlpLimits, Reading } from './reading.ts';

/** A message from its bytes. Throws `Unreadable`. */
export function readProtobuf<T extends object>(message: Message<T>, body: Buffer): T {
  return new ProtobufReader(body).message(message) as T;
}

type Target = Record<string, unknown>;

const wireOf: Readonly<Record<FieldType, number>> = {
  ...{ text: wire.bytes, id: wire.bytes, any: wire.bytes, attributes: wire.bytes },
  ...{ bool: wire.varint, number: wire.varint, zigzag: wire.varint, uint64s: wire.varint },
  ...{ fixed32: wire.four, double: wire.eight, doubles: wire.eight, fixed64: wire.eight, sfixed64: wire.eight, fixed64s: wire.eight },
};

class ProtobufReader {
  readonly #bytes: ProtobufBytes;
  readonly #reading = new Reading();

  constructor(body: Buffer) {
    this.#bytes = new ProtobufBytes(body);
  }

  /** Up to the end that holds. */
  message({ make, byNumber }: Message<object>): object {
    const made = make();
    for (let tag = this.#tag(); tag !== 0; tag = this.#tag()) {
      const field = byNumber[tag >>> 3];
      if (!field || !this.#field(made as Target, field, tag & 7)) this.#bytes.skip(tag & 7);
    }
    return made;
  }

  /** Number and wire type of the next field; 0 at the end. */
  #tag(): number {
    const bytes = this.#bytes;
    if (bytes.at >= bytes.end) return 0;
    const tag = bytes.varint();
    if (tag < 8) throw invalid('a field has no number');
    return tag;
  }

  /** False where it is written otherwise than it must be: then it is a field that is not known. */
  #field(made: Target, field: Field, type: number): boolean {
    const { name } = field;
    if (field.type === 'one' || field.type === 'many') {
      if (type !== wire.bytes) return false;
      const part = this.#part(field.message);
      if (field.type === 'one') made[name] = part;
      else {
        this.#reading.part();
        (made[name] as object[]).push(part);
      }
      return true;
    }
    if (field.type === 'attributes') return type === wire.bytes && this.#keyValue(made[name] as Record<string, AttributeValue>);
    if (field.type === 'doubles' || field.type === 'fixed64s' || field.type === 'uint64s')
      return this.#list(made[name] as unknown[], field.type, type);
    if (type !== wireOf[field.type]) return false;
    made[name] = this.#single(field.type);
    return true;
  }

  #single(type: Exclude<FieldType, 'attributes'>): unknown {
    const bytes = this.#bytes;
    switch (type) {
      case 'text':
        return bytes.text('utf8');
      case 'id':
        return bytes.text('hex');
      case 'bool':
        return bytes.varint() !== 0;
      case 'double':
      case 'doubles':
        return bytes.double();
      case 'number':
        return bytes.varint();
      case 'zigzag':
        return unzigzag(bytes.varint());
      case 'fixed32':
        return bytes.fixed32();
      case 'fixed64':
      case 'fixed64s':
        return bytes.fixed64();
      case 'sfixed64':
        return bytes.sfixed64();
      case 'uint64s':
        return bytes.varint64();
      case 'any':
        return this.#innerValue(0);
    }
  }

  #part(message: Message<object>): object {
    const outer = this.#bytes.enter();
    const made = this.message(message);
    this.#bytes.leave(outer);
    return made;
  }

  /** Numbers, all in one piece or one by one. */
  #list(list: unknown[], type: 'doubles' | 'fixed64s' | 'uint64s', written: number): boolean {
    const one = () => {
      this.#reading.value();
      list.push(this.#single(type));
    };
    if (written === wireOf[type]) one();
    else if (written !== wire.bytes) return false;
    else {
      const outer = this.#bytes.enter();
      while (this.#bytes.at < this.#bytes.end) one();
      this.#bytes.leave(outer);
    }
    return true;
  }

  #keyValue(attributes: Record<string, AttributeValue>): true {
    const [key, value] = this.#pair(0);
    const made = attributeOf(value);
    if (key !== '' && made !== undefined) attributes[key] = made;
    return true;
  }

  #pair(depth: number): readonly [key: string, value: PlainValue] {
    const bytes = this.#bytes;
    const outer = bytes.enter();
    let [key, value]: [string, PlainValue] = ['', null];
    for (let tag = this.#tag(); tag !== 0; tag = this.#tag()) {
      if (tag === 10) key = bytes.text('utf8');
      else if (tag === 18) value = this.#innerValue(depth);
      else bytes.skip(tag & 7);
    }
    bytes.leave(outer);
    return [key, value];
  }

  #innerValue(depth: number): PlainValue {
    const outer = this.#bytes.enter();
    const value = this.#anyValue(depth);
    this.#bytes.leave(outer);
    return value;
  }

  /** AnyValue: the last of its fields counts. */
  #anyValue(depth: number): PlainValue {
    this.#reading.value();
    const bytes = this.#bytes;
    let value: PlainValue = null;
    for (let tag = this.#tag(); tag !== 0; tag = this.#tag()) {
      if (tag === 10) value = bytes.text('utf8');
      else if (tag === 16) value = bytes.varint() !== 0;
      else if (tag === 24) value = exactly(BigInt.asIntN(64, bytes.varint64()));
      else if (tag === 33) value = bytes.double();
      else if (tag === 42 && depth < otlpLimits.valueDepth) value = this.#array(depth + 1);
      else if (tag === 50 && depth < otlpLimits.valueDepth) value = this.#map(depth + 1);
      else if (tag === 58) value = bytes.text('base64');
      else bytes.skip(tag & 7);
    }
    return value;
  }

  #array(depth: number): PlainValue {
    const outer = this.#bytes.enter();
    const values: PlainValue[] = [];
    for (let tag = this.#tag(); tag !== 0; tag = this.#tag()) {
      if (tag === 10) values.push(this.#innerValue(depth));
      else this.#bytes.skip(tag & 7);
    }
    this.#bytes.leave(outer);
    return values;
  }

  #map(depth: number): PlainValue {
    const outer = this.#bytes.enter();
    const values = noNames<PlainValue>();
    for (let tag = this.#tag(); tag !== 0; tag = this.#tag()) {
      if (tag !== 10) this.#bytes.skip(tag & 7);
      else {
        const [key, value] = this.#pair(depth);
        values[key] = value;
      }
    }
    this.#bytes.leave(outer);
    return values;
  }
}

const unzigzag = (value: number) => (value >>> 1) ^ -(value & 1);
