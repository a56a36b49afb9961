import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Metric } from '../export/otlp-json.ts';
import type { RuntimeSource } from './runtime-source.ts';

/** Memory of the process and of the heap's spaces, in bytes. */
export const memory: RuntimeSource = {
  collect(): readonly Metric[] {
    const used = getHeapSpaceStatistics().map((space) => ({
      attributes: { 'v8js.heap.space.name': space.space_name },
      value: space.space_used_size,
    }));
    return [
      { name: 'process.memory.usage', unit: 'By', kind: 'gauge', points: [{ value: process.memoryUsage.rss() }] },
      { name: 'v8js.memory.heap.used', unit: 'By', kind: 'gauge', points: used },
      { name: 'v8js.memory.heap.limit', unit: 'By', kind: 'gauge', points: [{ value: getHeapStatistics().heap_size_limit }] },
    ];
  },
  stop() {},
};
