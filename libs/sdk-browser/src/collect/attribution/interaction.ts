import type { Metric } from 'web-vitals';
import { phases } from './phases.ts';

/** https://w3c.github.io/long-animation-frames/ */
export interface LongFrame extends PerformanceEntry {
  scripts: (PerformanceEntry & { invoker: string; sourceURL: string })[];
}

/** Durations of events are rounded to 8 ms, so events painted together end this close to each other. */
const sameFrame = 8;

/** The parts of an INP in ms, and the script that held it up longest. */
export function explainInteraction(
  { value, entries }: Metric,
  target: string | undefined,
  events: PerformanceEventTiming[],
  frames: LongFrame[],
): object {
  const [first] = entries as PerformanceEventTiming[];
  if (!first) return {};
  const { name, startTime } = first;
  const painted = startTime + value;
  // The browser paints once for all events of a frame, so each of them delayed this paint.
  const together = [first, ...events].filter((event) => Math.abs(event.startTime + event.duration - painted) <= sameFrame);
  const processingStart = Math.min(...together.map((event) => event.processingStart));
  const processingEnd = Math.max(...together.map((event) => event.processingEnd));
  let longest = 0;
  let script = {};
  for (const { startTime: began, duration, invoker, sourceURL } of frames.flatMap(({ scripts }) => scripts)) {
    const within = Math.min(painted, began + duration) - Math.max(startTime, began);
    if (within <= longest) continue;
    longest = within;
    script = {
      'longestScript.subpart':
        began < processingStart ? 'input-delay' : began < processingEnd ? 'processing-duration' : 'presentation-delay',
      'longestScript.intersectingDuration': within,
      'longestScript.invoker': invoker,
      'longestScript.sourceURL': sourceURL,
    };
  }
  return {
    interactionTarget: target,
    interactionType: /^key/.test(name) ? 'keyboard' : 'pointer',
    ...phases(['inputDelay', 'processingDuration', 'presentationDelay'], [processingStart, processingEnd], startTime, value),
    ...script,
  };
}
