import type { Matchers } from '#contracts';

/** What matchers are held against. */
export interface Matchable {
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: string;
  readonly rule: { readonly id: string };
}

/** By name: what the house knows wins over a label of the same name. */
export function namesOf({ labels, project, rule, severity }: Matchable): ReadonlyMap<string, string> {
  return new Map([...Object.entries(labels), ['project', project], ['rule', rule.id], ['severity', severity]]);
}

/** Whether all of them agree. What lacks a name does not match it, not even `*`. */
export function matches(matchers: Matchers, what: Matchable): boolean {
  return firstMismatch(matchers, what) === null;
}

/** The name that does not agree; null where all do. */
export function firstMismatch(matchers: Matchers, what: Matchable): string | null {
  const known = namesOf(what);
  return Object.keys(matchers).find((name) => !agrees(matchers[name]!, known.get(name))) ?? null;
}

function agrees(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const parts = pattern.split('*');
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (parts.length === 1) return value === pattern;
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  // Each part at the first place that is left: no other choice could match where this one does not.
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= value.length - last.length;
}
