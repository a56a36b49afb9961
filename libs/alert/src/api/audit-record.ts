import { randomUUID } from 'node:crypto';
import type { AlertRecord } from '#platform';

export interface Audited {
  readonly project: string;
  readonly action:
    | 'create rule'
    | 'change rule'
    | 'copy rule'
    | 'delete rule'
    | 'enable rule'
    | 'disable rule'
    | 'test channel'
    | 'test rule';
  readonly by: string;
  /** Id of the rule or channel. */
  readonly about: string;
  readonly at: number;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
}

export interface Difference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Who did what, for the journal: written together with what was done. */
export function auditRecord({ project, action, by, about, at, before, after }: Audited): AlertRecord {
  const body = { action, by, about, at, difference: differenceOf(before ?? {}, after ?? {}) };
  return { project, kind: 'audit', id: randomUUID(), body: JSON.stringify(body) };
}

/** Field by field; null is nothing. */
function differenceOf(before: object, after: object): Difference[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}
