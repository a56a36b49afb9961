import type { Metric } from 'web-vitals';
import { observe } from '../../browser/watch.ts';
import { explainInteraction, type LongFrame } from './interaction.ts';
import { explainLoad } from './page-load.ts';
import { targetName } from './target-name.ts';

/** The entries vitals are made of, as far as they name an element. */
type TargetEntry = PerformanceEntry & {
  value: number;
  target?: Node;
  element?: Node;
  sources?: { node?: Node }[];
  _name?: string | undefined;
};

/** Writes the name on the entry: all observers of a page get the same object. */
function nameTarget(entry: TargetEntry): string | undefined {
  entry._name ??= targetName(entry.target ?? entry.element ?? entry.sources?.find(({ node }) => node)?.node);
  return entry._name;
}

/** Entries of a type kept to explain an INP that is reported much later; the shortest give way. */
const entriesKept = 30;

/** Explains vitals by a few scalars. Elements are named as their entries come: when a vital is reported they may be gone. */
export function explainVitals(): (metric: Metric) => object {
  const [events, frames] = ['event', 'long-animation-frame', 'largest-contentful-paint', 'layout-shift'].map((type) => {
    const kept: TargetEntry[] = [];
    observe<TargetEntry>(type, (entry) => {
      nameTarget(entry);
      kept.push(entry);
      kept.sort((a, b) => b.duration - a.duration).splice(entriesKept);
    });
    return kept as unknown[];
  });
  return (metric) => {
    const { name } = metric;
    const entries = metric.entries as TargetEntry[];
    const [entry] = name === 'CLS' ? [...entries].sort((a, b) => b.value - a.value) : entries;
    const target = entry && nameTarget(entry);
    if (name === 'INP') return explainInteraction(metric, target, events as PerformanceEventTiming[], frames as LongFrame[]);
    if (name !== 'CLS') return explainLoad(metric, target);
    return { largestShiftTarget: target, largestShiftValue: entry?.value };
  };
}
