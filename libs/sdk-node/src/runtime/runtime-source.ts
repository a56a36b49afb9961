import type { Metric } from '../export/otlp-json.ts';

/** Something about the process that is measured all the time. */
export interface RuntimeSource {
  /** What was measured since the last time. */
  collect(): readonly Metric[];
  stop(): void;
}
