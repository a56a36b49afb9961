/**
 * How a field travels and what it is read into. `id`: bytes that JSON writes as hex, here lower-case hex. `number`: 32 bits without a sign, or
 * an enumeration. `zigzag`: 32 bits with one. `fixed64`, `sfixed64`: bigint. `any`: an AnyValue, as a PlainValue. `attributes`: KeyValues by name.
 */
export type FieldType =
  | ('text' | 'id' | 'bool' | 'double' | 'number' | 'zigzag' | 'fixed32' | 'fixed64' | 'sfixed64')
  | ('doubles' | 'fixed64s' | 'uint64s')
  | ('any' | 'attributes');

/** One field of a message: its number on the wire, its name in JSON, and where what is read of it stands. */
export type Field = {
  readonly number: number;
  readonly jsonName: string;
  readonly name: string;
} & ({ readonly type: FieldType } | { readonly type: 'one' | 'many'; readonly message: Message<object> });

/** A message of the protocol as far as it is read: fields that are not listed are passed over. */
export interface Message<T extends object> {
  /** With every field at its default. */
  readonly make: () => T;
  readonly fields: readonly Field[];
  readonly byNumber: readonly (Field | undefined)[];
}

type FieldKind = FieldType | { readonly one: Message<object> } | { readonly many: Message<object> };

type FieldRule = readonly [number: number, kind: FieldKind, jsonName?: string];

/** `make` gives the names their defaults, `fields` their numbers, types, and names in JSON where those are others. */
export function message<T extends object>(make: () => T, fields: { readonly [Name in keyof T]-?: FieldRule }): Message<T> {
  const list = Object.entries<FieldRule>(fields).map(fieldOf);
  const byNumber: (Field | undefined)[] = Array.from({ length: Math.max(...list.map(({ number }) => number)) + 1 });
  for (const field of list) byNumber[field.number] = field;
  return { make, fields: list, byNumber };
}

function fieldOf([name, [number, kind, jsonName = name]]: [string, FieldRule]): Field {
  const place = { number, name, jsonName };
  if (typeof kind === 'string') return { ...place, type: kind };
  return 'one' in kind ? { ...place, type: 'one', message: kind.one } : { ...place, type: 'many', message: kind.many };
}
