interface Trouble extends Error {
  readonly code?: unknown;
  readonly retriable?: boolean;
}

/**
 * Whether another attempt can help: a broker is away, or does not know yet what another has decided. kafkajs gives some of this up at
 * once, as when the one broker it picked has just died. Not when a broker hangs up: that is also how it answers the wrong protocol.
 */
export function isPassing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as Trouble).code === 'ECONNREFUSED') return true;
  }
  return isUnsettled(error);
}

/** Whether a broker answered that it does not know yet what another has decided, or is still reading what it has stored. */
export function isUnsettled(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'KafkaJSProtocolError' && (cause as Trouble).retriable === true) return true;
  }
  return false;
}
