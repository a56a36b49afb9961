import type { AdjustReason, Beacon, BeaconMetric } from '#contracts';
import type { Arrival, Refusal } from './arrival.ts';
import type { Access } from './key-ring.ts';

/** One event on its way through the steps. */
export interface DraftEvent {
  /** Place in `metrics` as it was sent. */
  readonly index: number;
  readonly metric: BeaconMetric;
  at: number;
  name: string;
  route: string;
  tool: string;
  app: string;
  env: string;
  release: string;
  attributes: Map<string, string | number | boolean>;
}

/** A beacon on its way through the steps. */
export interface Draft {
  readonly arrival: Arrival;
  readonly access: Access;
  readonly beacon: Beacon;
  /** Events that each of this beacon's stands for: 1 / sampling rate. */
  weight: number;
  events: DraftEvent[];
  readonly refusals: { readonly index: number; readonly refusal: Refusal }[];
  readonly adjusted: Map<AdjustReason, number>;
}

export function noteAdjusted(draft: Draft, reason: AdjustReason): void {
  draft.adjusted.set(reason, (draft.adjusted.get(reason) ?? 0) + 1);
}
