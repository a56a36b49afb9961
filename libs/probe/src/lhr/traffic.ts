import { type AuditItem, auditItems } from './audit-items.ts';
import type { LighthouseResult } from './lighthouse-result.ts';

/** What went over the network, by kind: `document`, `script`, `stylesheet`, `image`, `media`, `font`, `other`, and `total` of them. */
export interface Traffic {
  /** As transferred, compressed and with headers. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
}

const kinds: ReadonlySet<string> = new Set(['document', 'script', 'stylesheet', 'image', 'media', 'font']);

/** By `resource-summary`, where it ran; otherwise by the single requests, among which the favicon is one. Empty where neither did. */
export function trafficOf(audits: LighthouseResult['audits']): Traffic {
  const summary = auditItems(audits['resource-summary']);
  if (summary) return sumOf(summary.map((item) => [text(item.resourceType), number(item.requestCount), number(item.transferSize)]));
  const requests = auditItems(audits['network-requests']);
  if (!requests) return { bytes: {}, requests: {} };
  const rows = requests.map((item) => [kindOf(item), 1, number(item.transferSize)] as const);
  return sumOf([...rows, ...rows.map(([, count, bytes]) => ['total', count, bytes] as const)]);
}

function sumOf(rows: readonly (readonly [kind: string, requests: number, bytes: number])[]): Traffic {
  const [bytes, requests]: [Record<string, number>, Record<string, number>] = [{ total: 0 }, { total: 0 }];
  for (const [kind, count, size] of rows) {
    requests[kind] = (requests[kind] ?? 0) + count;
    bytes[kind] = (bytes[kind] ?? 0) + size;
  }
  return { bytes, requests };
}

function kindOf(item: AuditItem): string {
  const kind = text(item.resourceType).toLowerCase();
  return kinds.has(kind) ? kind : 'other';
}

const text = (value: unknown) => (typeof value === 'string' ? value : 'other');
const number = (value: unknown) => (typeof value === 'number' ? value : 0);
