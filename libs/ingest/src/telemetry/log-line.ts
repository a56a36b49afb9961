import type { LogRow, TelemetrySource } from '#contracts';
import { type Refusal, refuse } from '../intake/arrival.ts';
import { newestMs, oldestMs, type RowMaking } from './row-making.ts';
import { storedAttributes, takeText } from './stored-attributes.ts';
import type { LogRecord } from './telemetry-batch.ts';

const routeNames = ['view.name', 'page.route', 'url.template', 'http.route'] as const;
const noTrace = '0'.repeat(32);

/** A log record's row as a line for the warehouse, or why it is not kept. */
export function logLine(log: LogRecord, source: TelemetrySource, making: RowMaking): string | Refusal {
  const { receivedAt } = making.arrival;
  const at = Math.round(log.at ?? receivedAt);
  if (!(at >= receivedAt - oldestMs && at <= receivedAt + newestMs)) {
    return refuse('time_out_of_range', 'the record is too old or of the future', 'timeUnixNano', oldestMs);
  }
  const refused = making.refusalOf(log.origin);
  if (refused) return refused;
  const taken = new Set(['session.id']);
  const session = log.attributes['session.id'];
  const row = {
    ...making.originOf(log.origin),
    ...(session !== undefined && { session_id: making.session(String(session)) }),
    ...{ ts: at, severity: Math.min(24, Math.max(0, Math.round(log.severity) || 0)), name: making.few('event', log.name) },
    ...{ body: making.text(log.body), route: making.few('route', takeText(log.attributes, routeNames, taken)) },
    ...{ trace_id: /^[0-9a-f]{32}$/.test(log.traceId) ? log.traceId : noTrace, span_id: spanOf(log.spanId), source },
  } satisfies Partial<LogRow>;
  const { attrs, truncated, scrubbed } = storedAttributes(log.attributes, taken, making.clean);
  if (truncated) making.note('truncated');
  if (scrubbed) making.note('text_scrubbed');
  return `${JSON.stringify({ ...row, attrs })}\n`;
}

const spanOf = (hex: string) => (/^[0-9a-f]{16}$/.test(hex) ? BigInt(`0x${hex}`).toString() : '0');
