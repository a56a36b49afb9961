import type { Field, Message } from './message.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request as it stands in JSON, written as protobuf: for tests that send the same in both ways. */
export function writeProtobuf({ fields }: Message<object>, json: Json): Buffer {
  return Buffer.concat(fields.flatMap((field) => (isAbsent(json[field.jsonName]) ? [] : writeField(field, json[field.jsonName]))));
}

const isAbsent = (value: unknown) => value === undefined || value === null;
const listOf = (value: unknown) => (Array.isArray(value) ? value : []) as Json[];

function writeField(field: Field, value: unknown): Buffer[] {
  const { number } = field;
  if (field.type === 'one') return [bytesOf(number, writeProtobuf(field.message, value as Json))];
  if (field.type === 'many') return listOf(value).map((part) => bytesOf(number, writeProtobuf(field.message, part)));
  if (field.type === 'attributes') return listOf(value).map((pair) => bytesOf(number, keyValue(pair)));
  if (field.type === 'any') return [bytesOf(number, anyValue(value as Json))];
  if (field.type === 'text') return [bytesOf(number, Buffer.from(String(value)))];
  if (field.type === 'id') return [bytesOf(number, Buffer.from(String(value), 'hex'))];
  if (field.type === 'doubles') return [bytesOf(number, Buffer.concat((value as number[]).map(double)))];
  if (field.type === 'fixed64s') return [bytesOf(number, Buffer.concat((value as string[]).map(eight)))];
  if (field.type === 'uint64s') return [bytesOf(number, Buffer.concat((value as string[]).map((one) => varint(BigInt(one)))))];
  if (field.type === 'double') return [tag(number, 1), double(value as number)];
  if (field.type === 'fixed64' || field.type === 'sfixed64') return [tag(number, 1), eight(value as string)];
  if (field.type === 'fixed32') return [tag(number, 5), Buffer.from(Uint32Array.of(Number(value)).buffer)];
  const whole = field.type === 'zigzag' ? ((value as number) << 1) ^ ((value as number) >> 31) : Number(value);
  return [tag(number, 0), varint(BigInt(whole >>> 0))];
}

function keyValue({ key, value }: Json): Buffer {
  const written = [bytesOf(1, Buffer.from(String(key)))];
  return Buffer.concat(isAbsent(value) ? written : [...written, bytesOf(2, anyValue(value as Json))]);
}

function anyValue({ stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue }: Json): Buffer {
  if (!isAbsent(stringValue)) return bytesOf(1, Buffer.from(String(stringValue)));
  if (!isAbsent(boolValue)) return Buffer.concat([tag(2, 0), varint(boolValue === true ? 1n : 0n)]);
  if (!isAbsent(intValue)) return Buffer.concat([tag(3, 0), varint(BigInt.asUintN(64, BigInt(intValue as string)))]);
  if (!isAbsent(doubleValue)) return Buffer.concat([tag(4, 1), double(doubleValue as number)]);
  if (!isAbsent(arrayValue)) return bytesOf(5, Buffer.concat(listOf((arrayValue as Json).values).map((one) => bytesOf(1, anyValue(one)))));
  if (!isAbsent(kvlistValue))
    return bytesOf(6, Buffer.concat(listOf((kvlistValue as Json).values).map((one) => bytesOf(1, keyValue(one)))));
  return isAbsent(bytesValue) ? Buffer.alloc(0) : bytesOf(7, Buffer.from(String(bytesValue), 'base64'));
}

const tag = (number: number, type: number) => varint(BigInt(number * 8 + type));
const bytesOf = (number: number, bytes: Buffer) => Buffer.concat([tag(number, 2), varint(BigInt(bytes.length)), bytes]);
const double = (value: number) => Buffer.from(Float64Array.of(Number(value)).buffer);
const eight = (value: string | number) => Buffer.from(BigUint64Array.of(BigInt.asUintN(64, BigInt(value))).buffer);

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return Buffer.from([...bytes, Number(left)]);
}
