import { describe, expect, it } from '@jest/globals';
import { announce, type HeldBack, type Incident, type IncidentEvent } from './incident.ts';
import { type Silence, silences } from './silence.ts';

const at = Date.UTC(2026, 4, 6, 10);
const incident: Incident = {
  ...{
    id: 'i',
    project: 'shop',
    rule: { id: 'slow', name: 'Slow tools' },
    instance: 'x',
    labels: { tool: 'search' },
    severity: 'critical',
  },
  ...{ openedAt: at, detectedAt: at, resolvedAt: null, reason: '', peak: 3, measure: null, headline: null, acknowledged: null },
  ...{ seq: 0, channels: [], held: null, remindedAt: null },
};
const channelsOf = ({ severity }: Incident) => (severity === 'critical' ? ['slack', 'pagerduty', 'log'] : ['slack', 'log']);
const event = (kind: IncidentEvent['kind']): IncidentEvent => ({ kind, reason: '', at });

function told(of: Incident, kind: IncidentEvent['kind'], held: HeldBack | null = null) {
  const { incident: after, announcements, heldBack } = announce(of, event(kind), { channels: channelsOf(of), held });
  return { after, heldBack, told: announcements.map(({ channel, seq, notice }) => `${seq} ${channel} ${notice.kind}`) };
}

describe('what is told of an incident', () => {
  it('begins in every channel that its severity leads to, and ends in each of them', () => {
    const first = told(incident, 'trigger');
    expect(first.told).toEqual(['1 slack trigger', '1 pagerduty trigger', '1 log trigger']);
    const last = told(first.after, 'resolve');
    expect(last.told).toEqual(['2 slack resolve', '2 pagerduty resolve', '2 log resolve']);
    expect(told(last.after, 'resolve').told).toEqual([]);
  });

  it('ends on the pager where it has become a warning, and comes back there where it gets graver again', () => {
    const { after } = told(incident, 'trigger');
    const milder = told({ ...after, severity: 'warning' }, 'deescalate');
    expect(milder.told).toEqual(['2 slack deescalate', '2 pagerduty resolve', '2 log deescalate']);
    const graver = told({ ...milder.after, severity: 'critical' }, 'escalate');
    expect(graver.told).toEqual(['3 slack escalate', '3 log escalate', '3 pagerduty trigger']);
    expect(told(milder.after, 'resolve').told).toEqual(['3 slack resolve', '3 log resolve']);
  });

  it('is held back while it is silenced, also when it gets graver or ends', () => {
    const { after, told: nothing, heldBack } = told(incident, 'trigger', 'silenced');
    expect([nothing, heldBack, after.held, after.seq]).toEqual([[], true, 'silenced', 0]);
    expect(told(after, 'escalate', 'silenced')).toMatchObject({ told: [], heldBack: true });
    expect(told(after, 'resolve', 'silenced').told).toEqual([]);
    expect(told(after, 'trigger').told).toEqual(['1 slack trigger', '1 pagerduty trigger', '1 log trigger']);
  });

  it('is said to go on where those who know of it were not told for a time, but for its end', () => {
    const { after } = told(incident, 'trigger');
    expect(told(after, 'update', 'silenced')).toMatchObject({ told: [], heldBack: true });
    const milder = told({ ...after, severity: 'warning' }, 'deescalate', 'silenced');
    expect([milder.told, milder.heldBack, milder.after.held]).toEqual([['2 pagerduty resolve'], true, 'silenced']);
    expect(told({ ...milder.after, severity: 'critical' }, 'trigger').told).toEqual([
      '3 slack update',
      '3 pagerduty trigger',
      '3 log update',
    ]);
    expect(told(milder.after, 'resolve', 'silenced').told).toEqual(['3 slack resolve', '3 log resolve']);
  });

  it('while it swings is nothing, and no pager is left open after it', () => {
    const { after } = told(incident, 'trigger');
    const swung = told({ ...after, severity: 'warning' }, 'deescalate', 'flapping');
    expect([swung.told, swung.after.held]).toEqual([[], null]);
    expect(told(swung.after, 'resolve').told).toEqual(['2 slack resolve', '2 pagerduty resolve', '2 log resolve']);
  });
});

describe('a silence', () => {
  const silence: Silence = {
    ...{ id: 's', project: 'shop', matchers: { tool: 'search', rule: 'slow' }, startsAt: at, endsAt: at + 60_000 },
    ...{ author: 'ann', comment: '' },
  };
  it.each([
    ['what it matches', {}, at, true],
    ['nothing before it begins', {}, at - 1, false],
    ['nothing from its end on', {}, at + 60_000, false],
    ['no other project', { project: 'other' }, at, false],
    ['no other label', { labels: { tool: 'book' } }, at, false],
    ['nothing without the label', { labels: {} }, at, false],
    ['no other rule', { rule: { id: 'other', name: '' } }, at, false],
  ])('is about %s', (_, changes, now, expected) => {
    expect(silences(silence, { ...incident, ...changes } as Incident, now)).toBe(expected);
  });
});
