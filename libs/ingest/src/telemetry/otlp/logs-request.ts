// The fields of opentelemetry-proto (Apache-2.0) that are read; opentelemetry/proto/logs/v1/logs.proto there has their numbers.
import type { Attributes } from '../telemetry-batch.ts';
import { message } from './message.ts';
import { noNames, type PlainValue } from './plain-value.ts';
import { requestOf } from './resource-groups.ts';

/** LogRecord; an event is one with an `eventName`. */
export interface OtlpLog {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body: PlainValue;
  attributes: Attributes;
  traceId: string;
  spanId: string;
  eventName: string;
}

const emptyLog = (): OtlpLog => ({
  timeUnixNano: 0n,
  observedTimeUnixNano: 0n,
  severityNumber: 0,
  severityText: '',
  body: null,
  attributes: noNames(),
  traceId: '',
  spanId: '',
  eventName: '',
});
const log = message<OtlpLog>(emptyLog, {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'number'],
  severityText: [3, 'text'],
  body: [5, 'any'],
  attributes: [6, 'attributes'],
  traceId: [9, 'id'],
  spanId: [10, 'id'],
  observedTimeUnixNano: [11, 'fixed64'],
  eventName: [12, 'text'],
});

/** ExportLogsServiceRequest. */
export const logsRequest = requestOf(log, ['resourceLogs', 'scopeLogs', 'logRecords']);
