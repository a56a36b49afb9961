import type { Chart } from '../chart/chart.ts';
import type { Notice } from '../notices/notice.ts';

/** One notice on its way to one channel. */
export interface Delivery {
  /** The same for every attempt: what a provider may recognise a repeat by. */
  readonly id: string;
  readonly channel: string;
  /** Counts the notices of one incident to one channel, from 1. */
  readonly seq: number;
  readonly notice: Notice;
  /** The whole of it was too large: its text is enough. */
  readonly plain?: true;
}

export interface SendContext {
  /** Aborted where the process ends. Nothing is decided then. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the provider called the first notice of this incident, as an earlier `Sent` said; null before there was one. */
  readonly ref: string | null;
  /** An earlier attempt may have arrived: its answer was lost, or the process died over it. */
  readonly possiblySent: boolean;
  /**
   * Makes a picture of what it is about, for a channel that can show one. Never rejects, and takes three seconds at most; null where there is
   * none to show.
   */
  readonly chart?: () => Promise<Chart | null>;
}

/** What came of one attempt. Only the channel knows whether another can help; the pause before it is decided elsewhere. */
export type Sent =
  | { readonly result: 'delivered'; readonly status: number; readonly answer: string /** Kept with the incident. */; readonly ref?: string }
  /** As it is it will never be taken. `dead`: nor will any other notice, as where the channel was deleted or the key revoked. */
  | {
      readonly result: 'refused';
      readonly status: number | null;
      readonly reason: string;
      readonly dead: boolean;
      /** Plain it might be taken; so it is too where the status is 413. */
      readonly tooLarge?: true;
    }
  /** It may have arrived, nobody can find out, and it is not worth being told twice. */
  | { readonly result: 'unknown'; readonly status: null; readonly reason: string }
  | {
      readonly result: 'later';
      readonly status: number | null;
      readonly reason: string;
      /** What the provider asked for, milliseconds from now. */
      readonly retryAfterMs: number | null;
      /** It may have arrived: the request was written and its answer did not come. */
      readonly ambiguous: boolean;
    };

/** Where notices go. One attempt a call: it rejects only where the signal is aborted. */
export interface Channel {
  readonly id: string;
  readonly type: string;
  /** What it was told stands open there until it is told the end. */
  readonly keepsOpen?: true;
  send(delivery: Delivery, context: SendContext): Promise<Sent>;
  close?(): Promise<void>;
}
