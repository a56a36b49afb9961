/** What others may know of a channel: nothing that is secret. */
export interface ShownChannel {
  readonly type: string;
  readonly fallback: readonly string[];
  /** Null: what the provider takes. */
  readonly ratePerMinute: number | null;
}
