import { describe, expect, it } from '@jest/globals';
import { RepeatWindow } from './repeat-window.ts';

const id = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const minute = 60_000;

describe('RepeatWindow', () => {
  it('knows what was added and nothing else', () => {
    const window = new RepeatWindow(15 * minute, 100_000);
    for (let n = 0; n < 20_000; n++) window.add(id(n), 0);
    const known = Array.from({ length: 40_000 }, (_, n) => window.has(id(n)));
    expect(known.filter(Boolean)).toHaveLength(20_000);
    expect(known.slice(0, 20_000).every(Boolean)).toBe(true);
  });

  it('remembers an id for the whole window, whenever in it the id came', () => {
    const window = new RepeatWindow(15 * minute, 1_000);
    window.add(id(1), 0);
    window.add(id(2), 14 * minute);
    window.add(id(3), 15 * minute);
    expect([window.has(id(1)), window.has(id(2))]).toEqual([true, true]);
    window.add(id(4), 28 * minute);
    expect(window.has(id(2))).toBe(true);
  });

  it('forgets after at most two windows', () => {
    const window = new RepeatWindow(15 * minute, 1_000);
    window.add(id(1), 0);
    window.add(id(2), 15 * minute);
    window.add(id(3), 30 * minute);
    expect([window.has(id(1)), window.has(id(2)), window.has(id(3))]).toEqual([false, true, true]);
  });

  it('is not slowed down by ids that differ in one word only', () => {
    const window = new RepeatWindow(15 * minute, 1_000_000);
    const alike = (n: number) => `${n.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;
    // Half a second where ids are scattered, half a minute where these share a slot.
    for (let n = 0; n < 150_000; n++) window.add(alike(n), 0);
    expect([window.has(alike(149_999)), window.has(alike(150_000))]).toEqual([true, false]);
  });

  it('shrinks the window instead of growing above its bound', () => {
    const window = new RepeatWindow(15 * minute, 1_000);
    for (let n = 0; n < 50_000; n++) window.add(id(n), 0);
    const remembered = Array.from({ length: 50_000 }, (_, n) => window.has(id(n))).filter(Boolean).length;
    expect(remembered).toBeLessThanOrEqual(4_096);
    expect(window.has(id(49_999))).toBe(true);
  });
});
