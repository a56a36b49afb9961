import { describe, expect, it } from '@jest/globals';
import type { PendingDelivery } from '../alert-book.ts';
import type { Notice, NoticeKind } from '../notices/notice.ts';
import { nextDelivery } from './next-delivery.ts';

const now = 1_000_000;
let made = 0;
function pending(kind: NoticeKind, seq: number, changes: Partial<PendingDelivery> & { incident?: string } = {}): PendingDelivery {
  const { incident = 'i', ...rest } = changes;
  const notice = { kind, incident: { id: incident } } as Notice;
  const delivery = { id: `${incident}.c.${seq}`, channel: 'c', seq, notice };
  return { delivery, createdAt: now + made++, dueAt: now, attempts: 0, possiblySent: false, ...rest };
}
const told = (...all: readonly PendingDelivery[]) => {
  const { superseded, send, wakeAt } = nextDelivery(all, now);
  const name = ({ delivery }: PendingDelivery) => `${delivery.notice.kind} ${delivery.seq}`;
  return { superseded: superseded.map(name), send: send && name(send), wakeAt };
};

describe('the next delivery', () => {
  it('of nothing is none', () => {
    expect(told()).toEqual({ superseded: [], send: null, wakeAt: null });
  });

  it('is the first notice of an incident, whatever order they are listed in', () => {
    expect(told(pending('escalate', 2), pending('trigger', 1)).send).toBe('trigger 1');
  });

  it('waits for the one before it, and holds up no other incident', () => {
    const waiting = pending('trigger', 1, { dueAt: now + 5_000, possiblySent: true });
    expect(told(waiting, pending('escalate', 2))).toEqual({ superseded: [], send: null, wakeAt: now + 5_000 });
    expect(told(waiting, pending('escalate', 2), pending('trigger', 7, { incident: 'other' })).send).toBe('trigger 7');
  });

  it('of what was over before it was told is none', () => {
    expect(told(pending('trigger', 1), pending('escalate', 2), pending('resolve', 3))).toEqual({
      superseded: ['trigger 1', 'escalate 2', 'resolve 3'],
      ...{ send: null, wakeAt: null },
    });
    expect(told(pending('trigger', 1), pending('resolve', 2), pending('trigger', 3)).send).toBe('trigger 3');
  });

  it('of what may have been told and is over is its end alone', () => {
    const tried = pending('trigger', 1, { possiblySent: true, attempts: 1, dueAt: now + 9_000 });
    expect(told(tried, pending('escalate', 2), pending('resolve', 3))).toEqual({
      superseded: ['trigger 1', 'escalate 2'],
      ...{ send: 'resolve 3', wakeAt: now },
    });
  });

  it('of what was told is what comes after', () => {
    expect(told(pending('resolve', 4))).toEqual({ superseded: [], send: 'resolve 4', wakeAt: now });
    expect(told(pending('escalate', 2), pending('resolve', 3))).toEqual({ superseded: ['escalate 2'], send: 'resolve 3', wakeAt: now });
  });
});
