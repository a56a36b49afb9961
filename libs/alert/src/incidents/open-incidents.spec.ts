import { describe, expect, it } from '@jest/globals';
import { type AlertSeverity, inhibitionSchema, muteTimingSchema, routeConfigSchema, shippedInhibitions, shippedRoutes } from '#contracts';
import type { StepNotice } from '../instances/step.ts';
import { factsOf, IncidentDesk, noticeOf } from './incident-desk.contract.ts';
import type { IncidentFacts, OpenIncidents } from './open-incidents.ts';

/** A Wednesday. */
const begin = Date.UTC(2026, 4, 6, 10);
const routes = shippedRoutes.map((route) => routeConfigSchema.parse(route));
const desk = (options: ConstructorParameters<typeof IncidentDesk>[0] = {}) => new IncidentDesk({ routes, ...options }, begin);

type Happens = (open: OpenIncidents, at: number) => void;
const says =
  (ids: string | readonly string[], notice: StepNotice, facts: Partial<IncidentFacts> = {}): Happens =>
  (open, at) => {
    for (const id of typeof ids === 'string' ? [ids] : ids) open.take(id, notice, factsOf(id, { openedAt: at, ...facts }), at);
  };
const opens = (ids: string | readonly string[], severity: AlertSeverity = 'critical', facts: Partial<IncidentFacts> = {}) =>
  says(ids, noticeOf('trigger', severity), facts);
const ends = (ids: string | readonly string[], severity: AlertSeverity = 'critical') =>
  says(ids, noticeOf('resolve', severity, 'recovered'));
const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('messages', () => {
  it('of incidents of one rule are one where people read, and one of each for a pager', () => {
    const on = desk();
    expect(on.look(0, opens(['a', 'b']))).toEqual(['pagerduty trigger', 'pagerduty trigger', 'slack trigger']);
    expect(on.lastTold('slack')).toMatchObject({ headline: 'Slow tools: 2 are open', labels: {}, incident: { id: 'a' } });
    expect(on.lastTold('slack').list).toEqual({ lines: ['tool=a: Slow tools', 'tool=b: Slow tools'], more: 0 });
    expect(on.look(1, opens('c'))).toEqual(['pagerduty trigger', 'slack update: 1 more']);
    expect(on.look(2, ends(['a', 'c']))).toEqual([
      'pagerduty resolve: recovered',
      'pagerduty resolve: recovered',
      'slack update: 2 are over, 1 still open',
    ]);
    expect(on.lastTold('slack')).toMatchObject({ labels: { tool: 'b' }, incident: { id: 'a' } });
    expect(on.lastTold('slack').headline).toBeUndefined();
    expect(on.look(3, ends('b'))).toEqual(['pagerduty resolve: recovered', 'slack resolve: recovered']);
    expect(on.lastTold('slack')).toMatchObject({
      headline: 'Slow tools: all 3 are over',
      incident: { id: 'a', resolvedAt: begin + 3 * 60_000 },
    });
    expect(on.look(30)).toEqual([]);
    expect([on.book.incidents.size, on.book.groups.size]).toEqual([0, 0]);
  });

  it('of what is told apart by a label are two', () => {
    const on = desk();
    const apart = (app: string) => opens(app, 'warning', { labels: { app }, notifyBy: ['app'] });
    const both: Happens = (open, at) => {
      for (const app of ['x', 'y']) apart(app)(open, at);
    };
    expect(on.look(0, both)).toEqual(['slack trigger', 'slack trigger']);
  });

  it('of what comes an hour later is its own: nobody sees what is added above', () => {
    const on = desk();
    on.look(0, opens('a', 'warning'));
    expect(on.look(61, opens('b', 'warning'))).toEqual(['slack trigger']);
  });

  it('wait for others where it is a warning, but never with their end', () => {
    const on = desk();
    on.look(0, opens('a', 'warning'));
    on.look(1, ends('a', 'warning'));
    expect(on.deliveries.map(({ createdAt, dueAt }) => dueAt - createdAt)).toEqual([30_000, 0]);
    on.look(2, opens('b', 'critical'));
    expect(on.deliveries.slice(2).map(({ createdAt, dueAt }) => dueAt - createdAt)).toEqual([0, 0]);
  });

  it('for information go out at the full hour, together', () => {
    const types = new Map([['mail', 'email']]);
    const on = desk({ types });
    expect(on.look(20, opens('a', 'info'))).toEqual(['mail trigger']);
    expect(on.deliveries[0]).toMatchObject({ digest: true, dueAt: begin + 60 * 60_000 });
  });

  it('of one that opens again go on', () => {
    const on = desk();
    on.look(0, opens('a'));
    on.look(1, ends('a'));
    expect(on.look(5, says('a', noticeOf('trigger', 'critical', 'opened again')))).toEqual([
      'pagerduty trigger: opened again',
      'slack trigger: opened again',
    ]);
    expect(on.lastTold('slack').incident.id).toBe('a');
  });
});

describe('a storm', () => {
  it('is one incident, of which everybody is told once', () => {
    const on = desk();
    expect(on.look(0, opens(many(400)))).toEqual(['slack trigger', 'pagerduty trigger']);
    const told = on.lastTold('pagerduty');
    expect([told.headline, told.list!.lines.length, told.list!.more]).toEqual(['Slow tools: 400 are open', 20, 380]);
    expect(told.further.at(-1)).toBe('+380 more');
    expect(on.look(1, opens('late'))).toEqual(['slack update: 1 more', 'pagerduty update: 1 more']);
    expect(on.look(2, ends(many(399)))).toEqual([
      'slack update: 399 are over, 2 still open',
      'pagerduty update: 399 are over, 2 still open',
    ]);
    expect(on.look(3, ends(['t399', 'late']))).toEqual(['slack resolve: recovered', 'pagerduty resolve: recovered']);
    expect(on.book.incidents.get('t5')!.value).toMatchObject({ held: 'storm', heldBy: 't0', group: 't0' });
    expect(on.records.filter(({ body }) => JSON.parse(body).reason === 'storm')).toHaveLength(401);
  });

  it('that is silenced is told when that ends', () => {
    const on = desk();
    on.silence({ matchers: { rule: 'slow' }, endsAt: begin + 5 * 60_000 });
    expect(on.look(0, opens(many(11)))).toEqual([]);
    expect(on.look(4)).toEqual([]);
    expect(on.look(5)).toEqual(['slack trigger: silence ended', 'pagerduty trigger: silence ended']);
  });

  it('is acknowledged as one', () => {
    const on = desk();
    on.look(0, opens(many(11)));
    expect(on.look(1, (open) => open.acknowledge('t0', 'ann'))).toEqual(['slack ack', 'pagerduty ack']);
    expect([...on.book.incidents.values()].every(({ value }) => value.acknowledged?.by === 'ann')).toBe(true);
    expect(on.look(120)).toEqual([]);
  });
});

describe('a silence', () => {
  it('holds back what opens, and what is still open when it ends is told at once', () => {
    const on = desk();
    on.silence({});
    expect(on.look(0, opens('a'))).toEqual([]);
    expect(on.book.incidents.get('a')!.value).toMatchObject({ held: 'silenced', heldBy: 's' });
    expect(on.records.map(({ kind, body }) => [kind, JSON.parse(body).reason])).toEqual([['held', 'silenced']]);
    expect(on.look(59)).toEqual([]);
    expect(on.look(60)).toEqual(['pagerduty trigger: silence ended', 'slack trigger: silence ended']);
  });

  it('of what is told already stops reminders, and is followed by one', () => {
    const on = desk();
    on.look(0, opens('a'));
    on.silence({ endsAt: begin + 180 * 60_000 });
    for (const minute of [1, 61, 119]) expect(on.look(minute)).toEqual([]);
    expect(on.look(130)).toEqual(['slack update: the silence of ann ends at 13:00 UTC']);
    expect(on.look(131)).toEqual([]);
    expect(on.look(180)).toEqual(['pagerduty update: silence ended', 'slack update: silence ended']);
  });

  it('ends with the incident that it was made for', () => {
    const on = desk();
    on.look(0, opens('a'));
    on.silence({ incident: 'a' });
    expect(on.look(1, ends('a'))).toEqual(['pagerduty resolve: recovered', 'slack resolve: recovered']);
    expect(on.book.silences.get('s')!.value.endsAt).toBe(begin + 60_000);
    expect(on.look(2, says('a', noticeOf('trigger', 'critical', 'opened again')))).toHaveLength(2);
  });

  it('that ends soon is said only of what is open, and of an hour or less not at all', () => {
    const on = desk();
    on.silence({ endsAt: begin + 120 * 60_000 });
    expect(on.look(70)).toEqual([]);
    on.look(71, opens('a'));
    expect(on.look(72)).toEqual([]);
    const short = desk();
    short.silence({});
    short.look(0, opens('a'));
    expect(short.look(30)).toEqual([]);
  });
});

describe('what is graver', () => {
  const inhibitions = shippedInhibitions.map((one) => inhibitionSchema.parse(one));
  const tool = (id: string): Partial<IncidentFacts> => ({ labels: { tool: 'search' }, rule: { id, name: id } });
  const both: Happens = (open, at) => {
    opens('w', 'warning', tool('w'))(open, at);
    opens('c', 'critical', tool('c'))(open, at);
  };

  it('is told alone, whichever came first in a look; and the rest where it is still so afterwards', () => {
    const on = desk({ inhibitions });
    expect(on.look(0, both)).toEqual(['pagerduty trigger', 'slack trigger']);
    expect(on.book.incidents.get('w')!.value).toMatchObject({ held: 'inhibited', heldBy: 'c' });
    expect(on.look(1, says('c', noticeOf('resolve', 'critical', 'recovered'), tool('c')))).toEqual([
      'pagerduty resolve: recovered',
      'slack resolve: recovered',
      'slack trigger: what was graver is over',
    ]);
  });

  it('and the rest are over together where they end together', () => {
    const on = desk({ inhibitions });
    on.look(0, both);
    expect(on.look(1, ends(['w', 'c']))).toEqual(['pagerduty resolve: recovered', 'slack resolve: recovered']);
  });
});

describe('in a mute timing', () => {
  const night = muteTimingSchema.parse({ id: 'night', times: [{ from: '10:00', to: '10:30' }], match: { severity: 'warning' } });

  it('nobody is told before its end', () => {
    const on = desk({ muteTimings: [night] });
    expect([on.look(0, opens('a', 'warning')), on.look(29)]).toEqual([[], []]);
    expect(on.look(30)).toEqual(['slack trigger: mute timing ended']);
  });

  it('that is not for what is critical somebody is told where it becomes so', () => {
    const on = desk({ muteTimings: [night] });
    on.look(0, opens('a', 'warning'));
    expect(on.look(1, says('a', noticeOf('escalate')))).toEqual(['pagerduty trigger', 'slack trigger']);
    expect(on.look(30)).toEqual([]);
  });
});

describe('an incident', () => {
  it('that is open is recalled where people read, until somebody looks after it', () => {
    const on = desk();
    on.look(0, opens('a'));
    expect(on.look(59)).toEqual([]);
    expect(on.look(60)).toEqual(['slack remind: still open']);
    expect(on.look(61)).toEqual([]);
    expect(on.look(120)).toEqual(['slack remind: still open']);
    expect(on.look(121, (open) => open.acknowledge('a', 'ann'))).toEqual(['pagerduty ack', 'slack ack']);
    expect(on.look(360)).toEqual([]);
    expect(on.look(361)).toEqual(['pagerduty update: acknowledgement ended', 'slack update: acknowledgement ended']);
    expect(on.look(362)).toEqual(['slack remind: still open']);
    expect(on.look(363, ends('a'))).toHaveLength(2);
  });

  it('that is a warning is recalled after 12 hours', () => {
    const on = desk();
    on.look(0, opens('a', 'warning'));
    expect([on.look(719), on.look(720)]).toEqual([[], ['slack remind: still open']]);
  });

  it('that swings is said to, and then nothing but what is graver than ever, and its end', () => {
    const on = desk();
    on.look(0, opens('a', 'warning'));
    expect(on.look(1, says('a', noticeOf('update', 'warning', 'flapping')))).toEqual(['slack update: flapping']);
    const shifts = (kind: 'escalate' | 'deescalate', severity: AlertSeverity) => says('a', noticeOf(kind, severity));
    expect(on.look(2, shifts('escalate', 'critical'))).toEqual(['pagerduty trigger', 'slack escalate']);
    expect(on.look(3, shifts('deescalate', 'warning'))).toEqual([]);
    expect(on.look(4, shifts('escalate', 'critical'))).toEqual([]);
    expect(on.look(5, shifts('deescalate', 'warning'))).toEqual([]);
    expect(on.look(40, ends('a', 'warning'))).toEqual(['pagerduty resolve: recovered', 'slack resolve: recovered']);
  });

  it('that gets milder leaves no pager open, and reaches it again where it gets graver', () => {
    const on = desk();
    on.look(0, opens('a'));
    expect(on.look(1, says('a', noticeOf('deescalate', 'warning')))).toEqual(['pagerduty resolve', 'slack deescalate']);
    expect(on.look(2, says('a', noticeOf('escalate', 'critical')))).toEqual(['pagerduty trigger', 'slack escalate']);
  });

  it('that was over when it was found is told nobody who reads', () => {
    const on = desk();
    const told = on.look(0, (open, at) => {
      opens('a', 'warning')(open, at);
      ends('a', 'warning')(open, at);
    });
    expect(told).toEqual([]);
  });
});
