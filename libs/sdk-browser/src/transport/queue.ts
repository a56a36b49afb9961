import type { Capture } from '../metric.ts';

/** A batch that has been cut never changes: repeats under its id must carry the same metrics. */
export interface Batch {
  _metrics: string;
  _count: number;
  _bytes: number;
  /** Filled at the first attempt. */
  _beaconId?: string;
  _seq?: number;
}

interface Item {
  _metric: Capture;
  _json: string;
  _bytes: number;
}

export interface Queue {
  _put(metric: Capture, key?: string): void;
  /** Cuts everything that waits into batches. */
  _cut(): Batch[];
  /** Counts metrics that will never arrive; the next metric reports them as its attribute `dropped`. */
  _drop(count: number): void;
  _size(): number;
  _bytes(): number;
  _dropOldest(): void;
}

/** Browsers let 64 KiB of beacons fly at once; the rest is left to the page's own. */
export const batchBytes = 48 * 1024;
/** The intake takes 100 metrics in a beacon. */
const batchItems = 100;
const encoder = new TextEncoder();

export const utf8Length = (text: string): number => encoder.encode(text).length;

export function createQueue(): Queue {
  const items = new Map<string | number, Item>();
  let nextKey = 0;
  let dropped = 0;
  let bytes = 0;
  const remove = (key: string | number) => {
    const item = items.get(key);
    if (item) bytes -= item._bytes;
    items.delete(key);
    return item;
  };
  const droppedIn = (item: Item) => 1 + Number(item._metric.attributes?.dropped ?? 0);
  return {
    _put(metric, key) {
      const earlier = key === undefined ? undefined : remove(key);
      if (earlier) inherit(metric, earlier._metric);
      if (dropped) {
        metric.attributes = { ...metric.attributes, dropped: dropped + Number(metric.attributes?.dropped ?? 0) };
        dropped = 0;
      }
      const json = JSON.stringify(metric);
      const item = { _metric: metric, _json: json, _bytes: utf8Length(json) + 1 };
      if (item._bytes > batchBytes - 512) {
        dropped += droppedIn(item);
        return;
      }
      bytes += item._bytes;
      items.set(key ?? nextKey++, item);
    },
    _cut() {
      const batches: Batch[] = [];
      let batch: Batch | undefined;
      for (const { _json, _bytes } of items.values()) {
        if (!batch || batch._count >= batchItems || batch._bytes + _bytes > batchBytes - 512) {
          batch = { _metrics: '', _count: 0, _bytes: 0 };
          batches.push(batch);
        }
        batch._metrics += (batch._count++ ? ',' : '') + _json;
        batch._bytes += _bytes;
      }
      items.clear();
      bytes = 0;
      return batches;
    },
    _drop: (count) => {
      dropped += count;
    },
    _size: () => items.size,
    _bytes: () => bytes,
    _dropOldest() {
      for (const key of items.keys()) {
        const item = remove(key);
        if (item) dropped += droppedIn(item);
        return;
      }
    },
  };
}

/**
 * The intake knows a first report by delta == value. When an update overtakes a report that never left, its delta must
 * span both; sums of floats miss equality, so a first report stays one by definition.
 */
function inherit(metric: Capture, earlier: Capture): void {
  if (earlier.delta !== undefined && metric.delta !== undefined) {
    metric.delta = earlier.delta === earlier.value ? metric.value : earlier.delta + metric.delta;
  }
  const lost = earlier.attributes?.dropped;
  if (lost) metric.attributes = { ...metric.attributes, dropped: lost };
}
