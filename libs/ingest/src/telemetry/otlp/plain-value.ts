import type { Attributes, AttributeValue } from '../telemetry-batch.ts';

/** What an AnyValue holds. Whole numbers beyond what a number holds exactly are decimal text, bytes are base64. */
export type PlainValue = AttributeValue | null | readonly PlainValue[] | { readonly [name: string]: PlainValue };

/** Without a prototype: names come from outside. */
export const noNames = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** Text as it is, everything else as JSON. */
export function textOf(value: PlainValue): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}

/** A value as an attribute has it: one with parts is JSON. Undefined where there is none. */
export function attributeOf(value: PlainValue): AttributeValue | undefined {
  if (value === null) return undefined;
  return typeof value === 'object' ? textOf(value) : value;
}

/** The exact number where it is one, else its decimal text. */
export function exactly(value: bigint): AttributeValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** The first of the names that is there, as text; empty where none is. */
export function firstText(attributes: Attributes, names: readonly string[]): string {
  const name = names.find((each) => attributes[each] !== undefined && attributes[each] !== '');
  return name === undefined ? '' : String(attributes[name]);
}
