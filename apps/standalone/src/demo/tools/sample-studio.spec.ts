import { describe, expect, it } from '@jest/globals';
import { mostVisitors, SampleStudio, Visitor } from './sample-studio.ts';
import { daysAhead, timetable } from './timetable.ts';

describe('the timetable', () => {
  it('has classes on each day, with ids of their own and no more people than places', () => {
    expect(new Set(timetable.map(({ id }) => id)).size).toBe(timetable.length);
    expect(new Set(timetable.map(({ day }) => day)).size).toBe(daysAhead);
    expect(timetable.every(({ taken, capacity }) => taken <= capacity)).toBe(true);
  });
});

describe('Visitor', () => {
  it('"yoga near me" finds yoga classes, nearest first', () => {
    const found = new Visitor().search('Yoga near me');
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['yoga']));
    const distances = found.filter(({ placesLeft }) => placesLeft > 0).map(({ distanceKm }) => distanceKm);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  it('every telling word must match', () => {
    expect(new Visitor().search('yoga beginners').every(({ level }) => level === 'beginners')).toBe(true);
    expect(new Visitor().search('yoga submarine')).toEqual([]);
  });

  it('a class that is booked goes behind those that can be', () => {
    const visitor = new Visitor();
    const [first] = visitor.search('yoga');
    visitor.book(first!.id);
    expect(visitor.search('yoga')[0]?.booking).toBeNull();
    expect(visitor.booked().map(({ id }) => id)).toEqual([first!.id]);
  });

  it('booking takes one place, and booking again takes no other', () => {
    const visitor = new Visitor();
    const [first] = visitor.search('yoga');
    const once = visitor.book(first!.id);
    const twice = visitor.book(first!.id);
    expect(once).toEqual(twice);
    expect(once).toMatchObject({ placesLeft: first!.placesLeft - 1, booking: expect.stringMatching(/^BH-[0-9A-Z]{4}$/) });
  });

  it('a full class and an unknown one are told apart', () => {
    const full = timetable.find(({ taken, capacity }) => taken === capacity);
    expect(new Visitor().book(full!.id)).toBe('full');
    expect(new Visitor().book('nothing')).toBe('unknown');
  });
});

describe('SampleStudio', () => {
  it('keeps visitors apart', () => {
    const studio = new SampleStudio();
    studio.visitor('a').updateProfile({ name: 'Ada' });
    expect(studio.visitor('a').profile.name).toBe('Ada');
    expect(studio.visitor('b').profile.name).not.toBe('Ada');
  });

  it('forgets who came first when there are too many', () => {
    const studio = new SampleStudio();
    studio.visitor('first').updateProfile({ name: 'Ada' });
    studio.visitor('second').updateProfile({ name: 'Bea' });
    for (let at = 0; at < mostVisitors - 1; at += 1) studio.visitor(`other ${at}`);
    expect(studio.visitor('second').profile.name).toBe('Bea');
    expect(studio.visitor('first').profile.name).not.toBe('Ada');
  });
});
