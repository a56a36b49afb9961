import type { RejectReason } from '#contracts';

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
