/** Nobody is told for a time. Times are milliseconds since 1970. */
export interface Silence {
  readonly id: string;
  readonly project: string;
  /** Labels, and `rule` and `severity`, with the values they must have. */
  readonly matchers: Readonly<Record<string, string>>;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly comment: string;
  /** It ends with the incident that it was made for. */
  readonly incident?: string;
}

export interface Silenceable {
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: string;
  readonly rule: { readonly id: string };
}

export function silences({ project, matchers, startsAt, endsAt }: Silence, what: Silenceable, now: number): boolean {
  if (project !== what.project || now < startsAt || now >= endsAt) return false;
  const known: Readonly<Record<string, string>> = { ...what.labels, rule: what.rule.id, severity: what.severity };
  return Object.entries(matchers).every(([name, value]) => Object.hasOwn(known, name) && known[name] === value);
}
