import { describe, expect, it } from '@jest/globals';
import type { AlertSeverity } from '#contracts';
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
  const { superseded, send, along, wakeAt } = nextDelivery(all, now);
  const name = ({ delivery }: PendingDelivery) => `${delivery.notice.kind} ${delivery.seq}`;
  return { superseded: superseded.map(name), send: send && name(send), wakeAt, ...(along.length > 0 && { along: along.map(name) }) };
};
const urgent = (kind: NoticeKind, seq: number, severity: AlertSeverity, changes: Parameters<typeof pending>[2] = {}) => {
  const { delivery, ...rest } = pending(kind, seq, changes);
  return { ...rest, delivery: { ...delivery, notice: { ...delivery.notice, severity, headline: `${kind} ${seq}` } } };
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

  it('of what begins is told as it stands now, up to what somebody did', () => {
    const all = [
      urgent('trigger', 1, 'warning'),
      urgent('update', 2, 'warning'),
      urgent('escalate', 3, 'critical'),
      urgent('ack', 4, 'critical'),
    ];
    expect(told(...all)).toEqual({ superseded: [], send: 'trigger 1', along: ['update 2', 'escalate 3'], wakeAt: now });
    expect(nextDelivery(all, now).send!.delivery.notice).toMatchObject({ kind: 'trigger', severity: 'critical', headline: 'escalate 3' });
  });

  it('that waits for others is told earlier where it gets graver', () => {
    const waiting = urgent('trigger', 1, 'warning', { dueAt: now + 30_000 });
    expect(told(waiting, urgent('update', 2, 'warning'))).toMatchObject({ send: null, wakeAt: now + 30_000 });
    expect(told(waiting, urgent('escalate', 2, 'critical'))).toMatchObject({ send: 'trigger 1', along: ['escalate 2'] });
  });

  it('that waits for others does not keep the end of what was told waiting', () => {
    const waiting = urgent('trigger', 3, 'warning', { dueAt: now + 30_000 });
    expect(told(urgent('resolve', 2, 'warning'), waiting)).toMatchObject({ send: 'resolve 2' });
  });

  it('of a digest is all of it that is due, of one project', () => {
    const one = (incident: string, changes: Parameters<typeof pending>[2] = {}, project = 'shop') => {
      const made = urgent('trigger', 1, 'info', { incident, digest: true, ...changes });
      const notice = { ...made.delivery.notice, project, labels: {}, headline: incident };
      return { ...made, delivery: { ...made.delivery, notice } };
    };
    const all = [one('a'), one('b'), one('c', { dueAt: now + 1 }), one('d', {}, 'other'), one('e', { possiblySent: true, dueAt: now + 9 })];
    const next = nextDelivery(all, now);
    expect(next.along.map(({ delivery }) => delivery.notice.incident.id)).toEqual(['b']);
    expect(next.send!.delivery).toMatchObject({
      notice: { kind: 'update', headline: '2 messages', list: { lines: ['[INFO] a', '[INFO] b'], more: 0 } },
    });
    expect(told(one('a'))).toMatchObject({ send: 'trigger 1' });
  });
});
