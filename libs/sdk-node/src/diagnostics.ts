/** Why spans or metrics did not arrive. */
export type DropReason =
  /** The queue was at its bound. */
  | 'queue_full'
  /** The house answered a status that is not worth a repetition. */
  | 'refused'
  /** The house took the batch and refused some of it. */
  | 'partly_refused'
  /** No attempt succeeded within the time there is for them. */
  | 'undelivered'
  /** The process ended before they could leave. */
  | 'shutdown'
  /** A mistake of this package. */
  | 'internal_error';

export interface Diagnostics {
  /** Spans and batches of metrics that did not arrive, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Mistakes of this package or its tracer that were swallowed. */
  readonly internalErrors: number;
}

const dropped: Partial<Record<DropReason, number>> = {};
const told = new Set<string>();
let internalErrors = 0;
let debug = false;

export function setDebug(enabled: boolean): void {
  debug = enabled;
}

export function countDropped(reason: DropReason, count: number, detail = ''): void {
  if (count === 0) return;
  dropped[reason] = (dropped[reason] ?? 0) + count;
  warn(reason, `${count} not delivered (${reason})${detail && `: ${detail}`}`);
}

export function countInternalError(error: unknown): void {
  internalErrors++;
  try {
    warn('internal_error', `swallowed ${String((error as Error | undefined)?.stack ?? error)}`);
  } catch {
    // An error that cannot be told is still counted.
  }
}

export function diagnostics(): Diagnostics {
  return { dropped: { ...dropped }, internalErrors };
}

/** Once for each kind, or each time with `debug`. To stderr: on stdout a server may be talking to its client. */
function warn(kind: string, message: string): void {
  if (told.has(kind) && !debug) return;
  told.add(kind);
  process.stderr.write(`beaconhouse: ${message}\n`);
}

/** The same function, of which no error gets out: it is counted, and the answer is undefined. */
export function guarded<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      countInternalError(error);
      return undefined;
    }
  };
}
