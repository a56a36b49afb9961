import { type FullMetric, fullMetrics, type SentBeacon } from './traffic.ts';

const attributes = 'Map(LowCardinality(String), String) CODEC(ZSTD(1))';
const word = 'LowCardinality(String) CODEC(ZSTD(1))';
const promoted = ['cluster.name', 'container.name', 'deployment.name', 'namespace.name', 'node.name', 'pod.name', 'pod.uid'];
const promotedColumns = [...promoted.map((name) => `k8s.${name}`), 'deployment.environment.name'].map(
  (name) => `\`__hdx_materialized_${name}\` LowCardinality(String) MATERIALIZED ResourceAttributes['${name}'] CODEC(ZSTD(1))`,
);
const mapIndexes = { res: 'ResourceAttributes', scope: 'ScopeAttributes', log: 'LogAttributes' };
const indexes = Object.entries(mapIndexes).flatMap(([name, column]) => [
  `INDEX idx_${name}_attr_key mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  `INDEX idx_${name}_attr_value mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
]);

/**
 * ClickStack's table of logs: columns, types, codecs, indexes and keys of
 * github.com/hyperdxio/hyperdx docker/otel-collector/schema/seed/00002_otel_logs.sql at 10f189731e73ed794b843f88afd0c85b1a540406,
 * which are those of the OpenTelemetry Collector's ClickHouse exporter
 * (github.com/open-telemetry/opentelemetry-collector-contrib exporter/clickhouseexporter/internal/sqltemplates/logs_table.sql at
 * 169e3b3e0562bb96a3f9c5cd4501a0e9b2188645) plus the `__hdx_materialized_` columns.
 */
export const otelLogsTable = `CREATE TABLE otel_logs (
  Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  TimestampTime DateTime DEFAULT toDateTime(Timestamp),
  TraceId String CODEC(ZSTD(1)),
  SpanId String CODEC(ZSTD(1)),
  TraceFlags UInt8,
  SeverityText ${word},
  SeverityNumber UInt8,
  ServiceName ${word},
  Body String CODEC(ZSTD(1)),
  ResourceSchemaUrl ${word},
  ResourceAttributes ${attributes},
  ScopeSchemaUrl ${word},
  ScopeName String CODEC(ZSTD(1)),
  ScopeVersion ${word},
  ScopeAttributes ${attributes},
  LogAttributes ${attributes},
  ${promotedColumns.join(',\n  ')},
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  ${indexes.join(',\n  ')},
  INDEX idx_lower_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8
) ENGINE = MergeTree PARTITION BY toDate(TimestampTime)
PRIMARY KEY (ServiceName, TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1`;

/**
 * A beacon's metrics as log records, as OpenTelemetry's browser packages would send them and the exporter would store them:
 * the event and its attributes by github.com/open-telemetry/opentelemetry-browser packages/instrumentation-web-vitals,
 * the resource by @opentelemetry/opentelemetry-browser-detector, the rest under names of the semantic conventions.
 */
export function otelLogLines(beacon: SentBeacon): string {
  return fullMetrics(beacon)
    .map((metric) => `${JSON.stringify(logRecord(metric))}\n`)
    .join('');
}

function logRecord(metric: FullMetric) {
  const { traceId, spanId } = metric;
  return {
    Timestamp: new Date(metric.timestamp).toISOString().replace('T', ' ').replace('Z', ''),
    TraceId: traceId ?? '',
    SpanId: spanId ?? '',
    TraceFlags: traceId ? 1 : 0,
    SeverityText: '',
    SeverityNumber: 0,
    ServiceName: metric.appId,
    Body: '',
    ResourceSchemaUrl: '',
    ResourceAttributes: resource(metric),
    ScopeSchemaUrl: '',
    ScopeName: '@opentelemetry/instrumentation-web-vitals',
    ScopeVersion: '0.5.0',
    ScopeAttributes: {},
    LogAttributes: texts(eventAttributes(metric)),
  };
}

function resource({ appId, release, environment, userAgent }: FullMetric): Record<string, string> {
  const chrome = /Chrome\/(\d+)/.exec(userAgent)?.[1];
  const hints = {
    'browser.platform': /Windows/.test(userAgent) ? 'Windows' : /Android/.test(userAgent) ? 'Android' : 'macOS',
    'browser.brands': chrome && JSON.stringify([`Chromium ${chrome}`, `Google Chrome ${chrome}`, 'Not_A Brand 99']),
    'browser.mobile': String(/Mobile/.test(userAgent)),
  };
  return texts({
    'service.name': appId,
    'service.version': release,
    'deployment.environment.name': environment,
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.version': '2.2.0',
    'browser.language': 'en-US',
    ...(chrome ? hints : { 'user_agent.original': userAgent }),
  });
}

function eventAttributes({ name, value, rating, delta, id, navigationType, attribution, attributes: own, ...metric }: FullMetric) {
  const { widgetContext, connection } = metric;
  const vital = { name: name.toLowerCase(), value, rating, delta, id, navigation_type: navigationType };
  const explained = Object.entries(attribution ?? {}).map(([part, text]) => [`attribution.${part}`, text]);
  const named = Object.entries({ ...vital, ...Object.fromEntries(explained) }).map(([part, text]) => [`browser.web_vital.${part}`, text]);
  return {
    'event.name': 'browser.web_vital',
    ...Object.fromEntries(named),
    ...own,
    'session.id': metric.sessionId,
    'user.id': metric.userId,
    'app.screen.name': metric.route,
    'gen_ai.tool.name': widgetContext?.toolName,
    'http.response.body.size': widgetContext?.responseBytes,
    'network.connection.subtype': connection?.effectiveType,
    'network.connection.downlink': connection?.downlink,
    'network.connection.rtt': connection?.rtt,
  };
}

/** The exporter stores every value as text and leaves out what is not there. */
function texts(values: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, String(value)]));
}
