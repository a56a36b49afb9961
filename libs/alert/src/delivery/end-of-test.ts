import type { AlertChange } from '#platform';
import { changeOf, deliveryId, type PendingDelivery } from '../alert-book.ts';
import type { Channel } from '../channels/channel.ts';

/** A test stands open at a pager for so long: people see it come and go. */
const openMs = 60_000;

/** Where a test would stand open for ever, its end follows. */
export function endOfTest(channel: Channel, { delivery }: PendingDelivery, now: number): AlertChange[] {
  const { notice } = delivery;
  if (notice.kind !== 'test' || !channel.keepsOpen) return [];
  const seq = delivery.seq + 1;
  const id = deliveryId(notice.incident.id, channel.id, seq);
  const resolvedAt = now + openMs;
  const over = {
    ...notice,
    kind: 'resolve' as const,
    incident: { ...notice.incident, resolvedAt },
    reason: 'end of the test',
    at: resolvedAt,
  };
  const pending: PendingDelivery = {
    ...{ delivery: { id, channel: channel.id, seq, notice: over }, createdAt: now, dueAt: resolvedAt, attempts: 0, possiblySent: false },
  };
  return [changeOf('delivery', { project: notice.project, id }, undefined, pending)];
}
