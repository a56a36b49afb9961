import { describe, expect, it } from '@jest/globals';
import { ReleaseBook } from './release-book.ts';
import type { SeenRelease } from './seen-releases-question.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 4, 6, 10);
const seen = (release: string, at: number, changes: Partial<SeenRelease> = {}): SeenRelease => ({
  ...{ project: 'shop', app: 'chat', env: 'production', release, at: String(at), events: '20', url: '' },
  ...changes,
});
const labels = { app: 'chat', environment: 'production', tool: 'search' };

function bookOf(...stretches: readonly (readonly SeenRelease[])[]): ReleaseBook {
  const book = new ReleaseBook();
  for (const [index, rows] of stretches.entries())
    book.take({ to: now - (stretches.length - 1 - index) * 60_000, isFirst: index === 0, rows });
  return book;
}
const lastOf = (book: ReleaseBook, at = now, of: Record<string, string> = labels) => book.deployOf('shop', of, at)?.release;

describe('the last deploy', () => {
  it('is the last release first seen before it broke, within six hours', () => {
    const book = bookOf([seen('1', now - 7 * hourMs), seen('2', now - 2 * hourMs), seen('3', now - hourMs)]);
    expect(book.deployOf('shop', labels, now)).toEqual({ release: '3', at: now - hourMs });
    expect(lastOf(book, now - hourMs - 1)).toBe('2');
    expect(lastOf(book, now - 3 * hourMs)).toBe('1');
    expect(lastOf(bookOf([seen('1', now - 7 * hourMs)]))).toBeUndefined();
  });

  it('is of the project, and of the app and environment where the labels name them', () => {
    const book = bookOf([seen('1', now - hourMs, { app: 'shop' }), seen('2', now - 2 * hourMs, { env: 'staging' })]);
    expect(lastOf(book)).toBeUndefined();
    expect(lastOf(book, now, { environment: 'production' })).toBe('1');
    expect(lastOf(book, now, { app: 'chat' })).toBe('2');
    expect(book.deployOf('other', {}, now)).toBeUndefined();
  });

  it('is none of which only a few events came, as of a test, until more come', () => {
    const few = seen('2', now - hourMs, { events: '19' });
    expect(lastOf(bookOf([few]))).toBeUndefined();
    expect(lastOf(bookOf([few], [seen('2', now - 1, { events: '1' })]))).toBe('2');
  });

  it('went live when somebody said so, whatever came of it', () => {
    const told = seen('2', now - hourMs, { events: '0', url: 'https://ci.example.com/2' });
    expect(bookOf([seen('2', now - 3 * hourMs)], [told]).deployOf('shop', labels, now)).toEqual({ release: '2', at: now - hourMs });
    expect(bookOf([told, seen('2', now - 5)]).deployOf('shop', labels, now)).toEqual({ release: '2', at: now - hourMs });
  });
});

describe('what became known', () => {
  it('is known since it went live where nobody looked before, and since it was seen afterwards', () => {
    const book = bookOf([seen('1', now - 2 * hourMs), seen('2', now - hourMs / 2)], [seen('3', now - 2 * hourMs)]);
    expect(book.knownSince(now - hourMs).map(({ release }) => release)).toEqual(['2', '3']);
    expect(book.knownSince(now)).toEqual([]);
  });

  it('is not forgotten while it comes, and is new again after a day', () => {
    const book = bookOf([seen('1', now - hourMs)]);
    book.take({ to: now + 23 * hourMs, isFirst: false, rows: [seen('1', now + 23 * hourMs)] });
    book.take({ to: now + 46 * hourMs, isFirst: false, rows: [seen('1', now + 46 * hourMs)] });
    expect(book.knownSince(now)).toEqual([]);
    book.take({ to: now + 71 * hourMs, isFirst: false, rows: [] });
    book.take({ to: now + 71 * hourMs + 1, isFirst: false, rows: [seen('1', now + 71 * hourMs)] });
    expect(book.knownSince(now).map(({ release }) => release)).toEqual(['1']);
  });

  it('is not without end, whatever names are sent', () => {
    const all = Array.from({ length: 5_001 }, (_, index) => seen(String(index), now - 5_001 + index));
    expect(bookOf(all).knownSince(0)).toHaveLength(5_000);
  });
});
