import type { AdjustReason, Beacon, BeaconMetric, RejectReason } from '#contracts';
import type { Access } from './key-ring.ts';

/** What is known of a request before its body is read. */
export interface Arrival {
  /** Milliseconds since 1970, server clock. */
  readonly receivedAt: number;
  /** Client address cut to its /24 or /48: good for limits and the country, never stored. */
  readonly network: string;
  readonly origin: string | undefined;
  readonly userAgent: string;
  /** The browser sent Sec-GPC: 1 or DNT: 1. */
  readonly privacySignal: boolean;
}

/** Why a beacon or one of its events was not taken. */
export interface Refusal {
  readonly refused: RejectReason;
  readonly message: string;
  readonly field: string | null;
  readonly limit: number | string | null;
  /** Set where trying again later can help. */
  readonly retryAfterSeconds?: number;
}

export function refuse(
  refused: RejectReason,
  message: string,
  field: string | null = null,
  limit: number | string | null = null,
  retryAfterSeconds?: number,
): Refusal {
  return { refused, message, field, limit, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

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
  attributes: Map<string, string>;
}

/** A beacon on its way through the steps. */
export interface Draft {
  readonly arrival: Arrival;
  readonly access: Access;
  readonly beacon: Beacon;
  events: DraftEvent[];
  readonly refusals: { readonly index: number; readonly refusal: Refusal }[];
  readonly adjusted: Map<AdjustReason, number>;
}

export function noteAdjusted(draft: Draft, reason: AdjustReason): void {
  draft.adjusted.set(reason, (draft.adjusted.get(reason) ?? 0) + 1);
}
