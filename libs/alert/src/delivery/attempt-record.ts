import type { AlertRecord } from '#platform';
import type { PendingDelivery } from '../alert-book.ts';
import type { Sent } from '../channels/channel.ts';

/** The line of the journal for one attempt. Times are milliseconds since 1970. */
export function attemptRecord(
  { delivery, attempts, insteadOf }: PendingDelivery,
  sent: Sent,
  { startedAt, now, result }: { readonly startedAt: number; readonly now: number; readonly result: string },
): AlertRecord {
  const { channel, notice, seq, id } = delivery;
  const body = {
    ...{
      incident: notice.incident.id,
      channel,
      kind: notice.kind,
      seq,
      attempt: attempts,
      status: sent.status,
      tookMs: now - startedAt,
      result,
    },
    ...(sent.result === 'delivered' ? { answer: sent.answer.slice(0, 1_000), ref: sent.ref } : { reason: sent.reason.slice(0, 1_000) }),
    ...(insteadOf !== undefined && { insteadOf }),
  };
  return { project: notice.project, kind: 'attempt', id: `${id}:${attempts}`, body: JSON.stringify(body) };
}

/** The line of the journal for a notice that is not told by itself. */
export function settledRecord({ delivery, attempts }: PendingDelivery, result: 'superseded' | 'together'): AlertRecord {
  const { channel, notice, seq, id } = delivery;
  const body = { incident: notice.incident.id, channel, kind: notice.kind, seq, attempt: attempts, result };
  return { project: notice.project, kind: 'attempt', id: `${id}:${result}`, body: JSON.stringify(body) };
}
