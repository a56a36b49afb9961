import type { Beacon, BeaconMetric } from '#contracts';
import {
  emptyBatch,
  type LogRecord,
  type Origin,
  type PointRecord,
  type RefusedRecord,
  type SpanRecord,
  type TelemetryBatch,
} from '../telemetry-batch.ts';
import { logRecord } from './log-record.ts';
import { logsRequest, type OtlpLog } from './logs-request.ts';
import type { Message } from './message.ts';
import { metricsRequest, type OtlpMetric } from './metrics-request.ts';
import { pointRecords } from './point-records.ts';
import { contextOf, originOf, type RecordContext } from './record-context.ts';
import type { OtlpRequest, ResourceGroup } from './resource-groups.ts';
import { spanRecord } from './span-record.ts';
import { type Span, tracesRequest } from './traces-request.ts';
import { isWebVital, webVital } from './web-vital.ts';

/** What one of the three addresses takes, and how its answer counts what was refused. */
export interface OtlpSignal<T extends object> {
  readonly request: Message<OtlpRequest<T>>;
  readonly batchOf: (request: OtlpRequest<T>) => TelemetryBatch;
  readonly rejected: 'rejectedSpans' | 'rejectedLogRecords' | 'rejectedDataPoints';
}

export const tracesSignal: OtlpSignal<Span> = {
  request: tracesRequest,
  rejected: 'rejectedSpans',
  batchOf: ({ groups }) => {
    const spans: SpanRecord[] = [];
    for (const group of groups) eachRecord(group, (span, context) => spans.push(spanRecord(span, context)));
    return { ...emptyBatch('otlp'), spans };
  },
};

export const logsSignal: OtlpSignal<OtlpLog> = {
  request: logsRequest,
  rejected: 'rejectedLogRecords',
  batchOf: ({ groups }) => {
    const [logs, beacons]: [LogRecord[], Beacon[]] = [[], []];
    for (const group of groups) {
      const metrics: BeaconMetric[] = [];
      const origin = eachRecord(group, (log, context) => {
        if (isWebVital(log)) metrics.push(webVital(log, context.resource));
        else logs.push(logRecord(log, context));
      });
      if (metrics.length > 0) beacons.push({ metrics, common: commonOf(origin) });
    }
    return { ...emptyBatch('otlp'), logs, beacons };
  },
};

export const metricsSignal: OtlpSignal<OtlpMetric> = {
  request: metricsRequest,
  rejected: 'rejectedDataPoints',
  batchOf: ({ groups }) => {
    const [points, refused]: [PointRecord[], RefusedRecord[]] = [[], []];
    for (const group of groups)
      eachRecord(group, (metric, context) => {
        for (const made of pointRecords(metric, context)) {
          if ('refusal' in made) refused.push(made);
          else points.push(made);
        }
      });
    return { ...emptyBatch('otlp'), points, refused };
  },
};

/** Records of one resource share one origin, which is answered. */
function eachRecord<T>({ resource, scopes }: ResourceGroup<T>, take: (record: T, context: RecordContext) => void): Origin {
  const origin = originOf(resource);
  for (const { scope, records } of scopes) {
    const context = contextOf(origin, resource, scope);
    for (const record of records) take(record, context);
  }
  return origin;
}

/** As long as a beacon may say it. */
const commonOf = ({ service, env, release, sessionId }: Origin): Beacon['common'] => ({
  ...(service !== '' && { appId: service.slice(0, 256) }),
  ...(env !== '' && { environment: env.slice(0, 64) }),
  ...(release !== '' && { release: release.slice(0, 128) }),
  ...(sessionId !== '' && { sessionId: sessionId.slice(0, 256) }),
});
