import type { AdjustReason, Beacon, BeaconMetric, CommonFields } from '#contracts';
import type { Arrival, Refusal } from './arrival.ts';
import type { Access } from './key-ring.ts';

/** Who sent an event and from which page. Nearly always the same for a whole beacon, so its events share one. */
export interface Source {
  /** As it was sent, by the metric itself or for all metrics of the beacon. */
  readonly said: CommonFields;
  app: string;
  env: string;
  release: string;
  /** Empty where the page has no name and no address. */
  route: string;
  /** Something personal was taken out of it. */
  scrubbed: boolean;
  /** A value of it came after too many others. */
  limited: boolean;
}

/** One event on its way through the steps. */
export interface DraftEvent {
  /** Place in `metrics` as it was sent. */
  readonly index: number;
  readonly metric: BeaconMetric;
  readonly source: Source;
  at: number;
  name: string;
  route: string;
  tool: string;
  /** The metric's own object where it has one kind of attributes: the steps may change it. */
  readonly attributes: Attributes | undefined;
}

export type Attributes = Record<string, string | number | boolean>;

/** A beacon on its way through the steps. */
export interface Draft {
  readonly arrival: Arrival;
  readonly access: Access;
  readonly beacon: Beacon;
  /** Events that each of this beacon's stands for: 1 / sampling rate. */
  weight: number;
  readonly sources: Source[];
  events: DraftEvent[];
  readonly refusals: { readonly index: number; readonly refusal: Refusal }[];
  readonly adjusted: Map<AdjustReason, number>;
}

export function noteAdjusted(draft: Draft, reason: AdjustReason): void {
  draft.adjusted.set(reason, (draft.adjusted.get(reason) ?? 0) + 1);
}
