/** What was measured in one stretch of time. */
export interface Measured {
  /** Null where nothing was. */
  readonly value: number | null;
  readonly samples: number;
  /** Of a rate: the events that are counted, as they came, not weighted. */
  readonly bad?: number;
}

/**
 * Of a rule of change its parts, the oldest first: of the window, or what it is held against and itself. Of burn rates and absence windows with
 * one end, the longest first. Otherwise the window alone.
 */
export type MeasuredWindow = readonly [Measured, ...Measured[]];
