import { describe, expect, it } from '@jest/globals';
import type { Metric } from 'web-vitals';
import { explainInteraction, type LongFrame } from './interaction.ts';

const event = (name: string, startTime: number, processingStart: number, processingEnd: number, duration: number) =>
  ({ name, startTime, processingStart, processingEnd, duration }) as PerformanceEventTiming;
const inp = (...entries: PerformanceEventTiming[]) => ({ name: 'INP', value: entries[0]?.duration ?? 8, entries }) as unknown as Metric;
const frame = (...scripts: [startTime: number, duration: number, invoker: string][]) =>
  ({
    scripts: scripts.map(([startTime, duration, invoker]) => ({ startTime, duration, invoker, sourceURL: 'https://app.example/a.js' })),
  }) as unknown as LongFrame;

describe('explainInteraction', () => {
  const click = event('click', 1_000, 1_020, 1_120, 200);

  it('splits the delay at the processing of the events', () => {
    expect(explainInteraction(inp(click), '#buy', [], [])).toEqual({
      interactionTarget: '#buy',
      interactionType: 'pointer',
      inputDelay: 20,
      processingDuration: 100,
      presentationDelay: 80,
    });
  });

  it('counts all events painted in the same frame as processing, and no others', () => {
    const others = [
      event('pointerover', 990, 1_010, 1_015, 208),
      event('mouseup', 1_000, 1_120, 1_150, 200),
      event('click', 500, 510, 520, 40),
    ];
    const explained = explainInteraction(inp(click), undefined, others, []);
    expect(explained).toMatchObject({ inputDelay: 10, processingDuration: 140, presentationDelay: 50 });
  });

  it('knows a key', () => {
    expect(explainInteraction(inp(event('keydown', 0, 1, 2, 48)), undefined, [], [])).toMatchObject({ interactionType: 'keyboard' });
  });

  it.each([
    [[950, 60], 'input-delay', 10],
    [[950, 90], 'input-delay', 40],
    [[1_030, 80], 'processing-duration', 80],
    [[1_130, 100], 'presentation-delay', 70],
  ])('a script at %j held up the %s for %d ms', ([startTime, duration], subpart, within) => {
    const frames = [
      frame([startTime as number, duration as number, 'BUTTON.onclick'], [1_000, 5, 'short']),
      frame([100, 500, 'long before']),
    ];
    expect(explainInteraction(inp(click), undefined, [], frames)).toMatchObject({
      'longestScript.subpart': subpart,
      'longestScript.intersectingDuration': within,
      'longestScript.invoker': 'BUTTON.onclick',
      'longestScript.sourceURL': 'https://app.example/a.js',
    });
  });

  it('explains nothing without entries', () => {
    expect(explainInteraction(inp(), undefined, [click], [])).toEqual({});
  });
});
