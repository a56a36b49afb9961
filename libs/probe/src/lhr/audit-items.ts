import type { LighthouseAudit } from './lighthouse-result.ts';

export type AuditItem = Readonly<Record<string, unknown>>;

/** Rows of an audit's table; null where it has none, as where it failed or does not apply. */
export function auditItems(audit: LighthouseAudit | undefined): readonly AuditItem[] | null {
  const items: unknown = audit?.details?.items;
  return Array.isArray(items) ? items : null;
}
