import type { PendingDelivery } from '../alert-book.ts';
import { firstLine } from '../notices/notice-text.ts';

/** Of a list. */
const mostLines = 20;

/** Several notices of one project as one, in place of the first of them. */
export function digestOf([first, ...others]: readonly PendingDelivery[]): PendingDelivery {
  const all = [first!, ...others].map(({ delivery }) => firstLine(delivery.notice));
  const { measure: _, severityBefore: __, deploy: ___, ...notice } = first!.delivery.notice;
  const list = { lines: all.slice(0, mostLines), more: Math.max(0, all.length - mostLines) };
  const told = { ...notice, kind: 'update', labels: {}, headline: `${all.length} messages`, reason: '', list } as const;
  return { ...first!, delivery: { ...first!.delivery, notice: told } };
}
