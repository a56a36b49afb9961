import { refuse } from '../../intake/arrival.ts';
import { bracketDepth } from '../bracket-depth.ts';
import type { Attributes, AttributeValue } from '../telemetry-batch.ts';
import type { Field, FieldType, Message } from './message.ts';
import { attributeOf, exactly, noNames, type PlainValue } from './plain-value.ts';
import { otlpLimits, Reading, Unreadable } from './reading.ts';

/** A message from JSON as the protocol writes it. Throws `Unreadable`. */
export function readJson<T extends object>(message: Message<T>, body: Buffer): T {
  const limit = otlpLimits.jsonDepth;
  if (bracketDepth(body, limit) > limit)
    throw new Unreadable(refuse('json_too_deep', `the body nests deeper than ${limit} levels`, 'body', limit));
  return new JsonReader().message(message, body.length === 0 ? {} : parsed(body), 'body') as T;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Unreadable(refuse('json_invalid', `the body is not JSON: ${(error as Error).message.slice(0, 120)}`, 'body'));
  }
}

type Json = Readonly<Record<string, unknown>>;
type Target = Record<string, unknown>;

class JsonReader {
  readonly #reading = new Reading();

  message({ make, fields }: Message<object>, json: unknown, place: string): object {
    const given = objectOf(json, place);
    const made = make();
    for (const field of fields) {
      const value = given[field.jsonName];
      if (value !== undefined && value !== null) (made as Target)[field.name] = this.#field(field, value);
    }
    return made;
  }

  #field(field: Field, value: unknown): unknown {
    const { jsonName } = field;
    if (field.type === 'one') return this.message(field.message, value, jsonName);
    if (field.type === 'many')
      return listOf(value, jsonName).map((part) => {
        this.#reading.part();
        return this.message(field.message, part, jsonName);
      });
    return this.#plain(field.type, value, jsonName);
  }

  #plain(type: FieldType, value: unknown, name: string): unknown {
    switch (type) {
      case 'text':
        return textOf(value, name);
      case 'id':
        return textOf(value, name).toLowerCase();
      case 'bool':
        return value === true;
      case 'double':
        return doubleOf(value, name);
      case 'number':
      case 'fixed32':
        return doubleOf(value, name) >>> 0;
      case 'zigzag':
        return doubleOf(value, name) | 0;
      case 'fixed64':
        return BigInt.asUintN(64, integerOf(value, name));
      case 'sfixed64':
        return BigInt.asIntN(64, integerOf(value, name));
      case 'any':
        return this.#anyValue(value, 0);
      case 'attributes':
        return this.#attributes(value, name);
      case 'doubles':
      case 'fixed64s':
      case 'uint64s':
        return listOf(value, name).map((part) => this.#number(type, part, name));
    }
  }

  #number(type: 'doubles' | 'fixed64s' | 'uint64s', value: unknown, name: string): number | bigint {
    this.#reading.value();
    return type === 'doubles' ? doubleOf(value, name) : BigInt.asUintN(64, integerOf(value, name));
  }

  #attributes(value: unknown, name: string): Attributes {
    const made = noNames<AttributeValue>();
    for (const pair of listOf(value, name)) {
      const { key, value: given } = objectOf(pair, name);
      const attribute = attributeOf(this.#anyValue(given, 0));
      if (typeof key === 'string' && key !== '' && attribute !== undefined) made[key] = attribute;
    }
    return made;
  }

  #anyValue(value: unknown, depth: number): PlainValue {
    this.#reading.value();
    if (value === undefined || value === null) return null;
    const any = objectOf(value, 'value');
    const { stringValue, boolValue, intValue, doubleValue, bytesValue } = any;
    if (isGiven(stringValue)) return textOf(stringValue, 'stringValue');
    if (isGiven(intValue)) return exactly(BigInt.asIntN(64, integerOf(intValue, 'intValue')));
    if (isGiven(doubleValue)) return doubleOf(doubleValue, 'doubleValue');
    if (isGiven(boolValue)) return boolValue === true;
    if (isGiven(bytesValue)) return textOf(bytesValue, 'bytesValue');
    return depth < otlpLimits.valueDepth ? this.#parts(any, depth + 1) : null;
  }

  #parts({ arrayValue, kvlistValue }: Json, depth: number): PlainValue {
    if (isGiven(arrayValue)) return valuesOf(arrayValue, 'arrayValue').map((value) => this.#anyValue(value, depth));
    if (!isGiven(kvlistValue)) return null;
    const made = noNames<PlainValue>();
    for (const pair of valuesOf(kvlistValue, 'kvlistValue')) {
      const { key, value } = objectOf(pair, 'kvlistValue');
      made[typeof key === 'string' ? key : ''] = this.#anyValue(value, depth);
    }
    return made;
  }
}

const isGiven = (value: unknown) => value !== undefined && value !== null;

const wrong = (name: string, what: string) => new Unreadable(refuse('shape_invalid', `${name} is not ${what}`, name));

function objectOf(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object');
  return value as Json;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, 'a list');
  return value;
}

const valuesOf = (value: unknown, name: string) => listOf(objectOf(value, name).values ?? [], name);

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrong(name, 'text');
  return value;
}

/** Numbers, and the texts that stand for those that JSON has no number for. */
function doubleOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.length <= 32 ? Number(value) : Number.NaN;
  if (Number.isNaN(number) && value !== 'NaN') throw wrong(name, 'a number');
  return number;
}

/** 64-bit numbers are texts; as numbers they are taken too. */
function integerOf(value: unknown, name: string): bigint {
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 2 ** 64) return BigInt(Math.trunc(value));
  throw wrong(name, 'a whole number');
}
