import type { Metric } from 'web-vitals';
import { phases } from './phases.ts';

/** https://w3c.github.io/long-animation-frames/ */
export interface LongFrame extends PerformanceEntry {
  scripts: (PerformanceEntry & { invoker: string; sourceURL: string })[];
}

/** The parts of an INP in ms, and the script that held it up longest. */
export function explainInteraction({ value, entries }: Metric, target: string | undefined, frames: LongFrame[]): object {
  const events = entries as PerformanceEventTiming[];
  const [first] = events;
  if (!first) return {};
  const { name, startTime, processingStart } = first;
  const processingEnd = Math.max(...events.map((event) => event.processingEnd));
  let longest = 0;
  let explained = {
    interactionTarget: target,
    interactionType: /^key/.test(name) ? 'keyboard' : 'pointer',
    ...phases(['inputDelay', 'processingDuration', 'presentationDelay'], [processingStart, processingEnd], startTime, value),
  };
  for (const script of frames.flatMap(({ scripts }) => scripts)) {
    const began = script.startTime;
    const within = Math.min(startTime + value, began + script.duration) - Math.max(startTime, began);
    if (within <= longest) continue;
    longest = within;
    explained = {
      ...explained,
      'longestScript.subpart':
        began < processingStart ? 'input-delay' : began < processingEnd ? 'processing-duration' : 'presentation-delay',
      'longestScript.intersectingDuration': within,
      'longestScript.invoker': script.invoker,
      'longestScript.sourceURL': script.sourceURL,
    } as typeof explained;
  }
  return explained;
}
