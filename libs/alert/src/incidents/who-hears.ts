import type { AlertSeverity } from '#contracts';
import type { Rule } from '../rules/rule.ts';
import { routeOf } from './route.ts';

/** What would be told: the labels of an instance, how grave it is, and by which rule. */
export interface Heard {
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: AlertSeverity;
  readonly rule?: Rule;
}

export interface Hearers {
  readonly channels: readonly string[];
  /** In words, why these. */
  readonly why: string;
  /** Named, and not set up. */
  readonly missing: readonly string[];
}

/** Which channels hear of it, and why. The one place that the command line asks: whoever makes routes configurable answers from here. */
export function whoHears({ severity, rule }: Heard, known: ReadonlySet<string>): Hearers {
  const named = rule?.config.channels;
  const channels = routeOf(severity, named, known);
  const why = named ? `the rule ${rule.id} names its channels` : `no rule names channels: the usual ones of ${severity}`;
  return { channels, why, missing: (named ?? []).filter((channel) => !known.has(channel)) };
}
