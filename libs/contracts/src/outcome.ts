/** Of what other protocols than the beacon carry. */
export const telemetryRejectReasons = [
  'protobuf_invalid',
  'msgpack_invalid',
  'content_type_unsupported',
  'time_out_of_range',
  'id_invalid',
  /** Others stand for it by their weight. */
  'sampled_out',
  /** The product has no use for it: session replays, profiles, the telemetry of somebody else's SDK. */
  'not_kept',
] as const;

/**
 * Every way an event or a whole beacon can be refused. The list is closed: it is the `reason` of the ledger, of
 * `beaconhouse_events_total` and the `code` of an error answer, so a refusal can always be looked up.
 */
export const rejectReasons = [
  'body_too_large',
  'body_timeout',
  'body_aborted',
  'content_encoding_unsupported',
  'content_encoding_invalid',
  'compression_ratio_exceeded',
  'json_invalid',
  'json_too_deep',
  'key_missing',
  'key_unknown',
  'key_revoked',
  'origin_not_allowed',
  'environment_not_allowed',
  'quota_exceeded',
  'overloaded',
  'stream_unavailable',
  'shape_invalid',
  'too_many_events',
  'too_many_attributes',
  'string_too_long',
  'name_invalid',
  'forbidden_key',
  'value_out_of_range',
  'beacon_too_old',
  'duplicate',
  ...telemetryRejectReasons,
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** Changes made to events that are kept; counted beside the ledger's balance, not in it. */
const adjustReasons = ['clock_corrected', 'cardinality_limited', 'text_scrubbed', 'ids_removed', 'truncated', 'recovered'] as const;
export type AdjustReason = (typeof adjustReasons)[number];

export const deadLetterReasons = ['row_refused', 'message_invalid'] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** Messages that the loader leaves out: the beacon stood on the stream before, because an answer was lost on its way back. */
const removeReasons = ['duplicate'] as const;
export type RemoveReason = (typeof removeReasons)[number];

/**
 * received = accepted + rejected; accepted = stored + dead_lettered - replayed + removed + in flight: what is replayed from the
 * dead letters is counted as stored then.
 * `received`, `accepted`, `rejected` are counted by the gateway, the others by the loader: a
 * loss between them shows.
 */
export const outcomes = ['received', 'accepted', 'rejected', 'stored', 'dead_lettered', 'removed', 'replayed', 'adjusted'] as const;
export type Outcome = (typeof outcomes)[number];

/** The answer to every refused request. `field` is a path such as `metrics[3].value`, `limit` the bound that was broken. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly field: string | null;
    readonly limit: number | string | null;
  };
}

/** One minute's worth of one outcome, as stored in `outcomes_1m`. */
export interface OutcomeRow {
  tenant: string;
  key_id: string;
  outcome: Outcome;
  reason: string;
  t: number;
  beacons: number;
  events: number;
}
