import type { LogRecord } from '../telemetry-batch.ts';
import type { OtlpLog } from './logs-request.ts';
import { textOf } from './plain-value.ts';
import { type RecordContext, withShared } from './record-context.ts';

/** The first number of each range, for senders that say the text only. */
const severities: Readonly<Record<string, number>> = {
  ...{ trace: 1, debug: 5, info: 9, information: 9, notice: 10, warn: 13, warning: 13 },
  ...{ error: 17, critical: 18, fatal: 21 },
};

export function logRecord(log: OtlpLog, context: RecordContext): LogRecord {
  const name = eventNameOf(log);
  const attributes = withShared(log.attributes, context);
  delete attributes['event.name'];
  return {
    origin: context.origin,
    at: timeOf(log),
    severity: log.severityNumber || (severities[log.severityText.toLowerCase()] ?? 0),
    name,
    body: textOf(log.body),
    traceId: log.traceId,
    spanId: log.spanId,
    attributes,
  };
}

/** Older SDKs put the name of an event into an attribute. */
export const eventNameOf = ({ eventName, attributes }: OtlpLog): string => eventName || String(attributes['event.name'] ?? '');

/** Milliseconds since 1970; a record without a time of its own has that of whoever saw it. */
export function timeOf({ timeUnixNano, observedTimeUnixNano }: OtlpLog): number | undefined {
  const at = timeUnixNano || observedTimeUnixNano;
  return at === 0n ? undefined : Number(at / 1_000_000n);
}
