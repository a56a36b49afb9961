import { describe, expect, it } from '@jest/globals';
import { muteTimingSchema } from '#contracts';
import { isMuteTime, mutes } from './mute-timing.ts';

const timing = (fields: object) => muteTimingSchema.parse({ id: 'm', ...fields });
const at = (text: string) => Date.parse(text);

describe('a mute timing', () => {
  const weekend = { weekdays: ['saturday', 'sunday'] };
  const night = { weekdays: ['friday'], times: [{ from: '22:00', to: '06:00' }] };
  it.each([
    // 2 May 2026 is a Saturday.
    ['the whole of its days', weekend, '2026-05-02T00:00Z', true],
    ['no other day', weekend, '2026-05-04T00:00Z', false],
    ['its times', { times: [{ from: '08:00', to: '09:30' }] }, '2026-05-04T09:29Z', true],
    ['nothing from their end on', { times: [{ from: '08:00', to: '09:30' }] }, '2026-05-04T09:30Z', false],
    ['a night that begins on its day', night, '2026-05-01T22:00Z', true],
    ['that night past midnight', night, '2026-05-02T05:59Z', true],
    ['no morning of its own day', night, '2026-05-01T05:59Z', false],
    ['no evening of the day after', night, '2026-05-02T22:00Z', false],
    ['a day up to midnight', { times: [{ from: '20:00', to: '24:00' }] }, '2026-05-04T23:59Z', true],
    ['the day of its place, not of UTC', { ...weekend, timezone: 'Pacific/Auckland' }, '2026-05-01T12:30Z', true],
  ])('is about %s', (_, fields, moment, expected) => {
    expect(isMuteTime(timing(fields), at(moment))).toBe(expected);
  });

  const berlin = { timezone: 'Europe/Berlin' };
  it.each([
    // Clocks in Berlin go from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October 2026.
    ['07:30 in winter', { times: [{ from: '07:30', to: '08:00' }] }, '2026-03-28T06:30Z', true],
    ['07:30 in summer', { times: [{ from: '07:30', to: '08:00' }] }, '2026-03-29T05:30Z', true],
    ['07:30 in summer, no hour later', { times: [{ from: '07:30', to: '08:00' }] }, '2026-03-29T06:30Z', false],
    ['a time that is skipped', { times: [{ from: '02:00', to: '03:00' }] }, '2026-03-29T01:00Z', false],
    ['what is left of a time that is half skipped', { times: [{ from: '02:30', to: '03:30' }] }, '2026-03-29T01:00Z', true],
    ['a time that comes twice, once', { times: [{ from: '02:00', to: '03:00' }] }, '2026-10-25T00:30Z', true],
    ['and again', { times: [{ from: '02:00', to: '03:00' }] }, '2026-10-25T01:30Z', true],
  ])('knows %s', (_, fields, moment, expected) => {
    expect(isMuteTime(timing({ ...berlin, ...fields }), at(moment))).toBe(expected);
  });

  it('is about what it matches', () => {
    const what = { project: 'shop', rule: { id: 'slow' }, severity: 'warning', labels: {} };
    expect(mutes(timing({ match: { severity: 'warning' } }), what, 0)).toBe(true);
    expect(mutes(timing({ match: { severity: 'info' } }), what, 0)).toBe(false);
  });

  it.each([
    [{ timezone: 'Europe/Atlantis' }, /is no time zone/],
    [{ times: [{ from: '25:00', to: '26:00' }] }, /is a time of day/],
  ])('is refused as %j', (fields, message) => {
    expect(() => timing(fields)).toThrow(message);
  });
});
