import type { AlertSeverity } from '#contracts';

const usual: Readonly<Record<AlertSeverity, readonly string[]>> = { critical: ['slack', 'pagerduty'], warning: ['slack'], info: [] };

/** Who is told, of the channels there are; the log always is. What a rule names and nobody set up is left out. */
export function routeOf(severity: AlertSeverity, named: readonly string[] | undefined, known: ReadonlySet<string>): string[] {
  const wanted = named ?? usual[severity];
  return [...new Set([...wanted, 'log'])].filter((channel) => known.has(channel));
}
