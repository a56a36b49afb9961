// An app that runs OpenTelemetry's Node SDK, set up by the environment alone. What its SDK has to say goes to stderr; it ends once all is sent.
import {
  context,
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  logs,
  metrics,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { workSpans } from './otel-work.ts';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const sdk = new NodeSDK({ views: [{ instrumentName: 'render', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }] });
sdk.start();
recordSpans();
recordMetrics();
recordLogs();
await sdk.shutdown();

function recordSpans(): void {
  const tracer = trace.getTracer('otel-client', '1.0.0');
  const server = tracer.startSpan('POST /mcp', {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': 'POST', 'http.route': '/mcp', 'http.response.status_code': 200 },
  });
  const inside = trace.setSpan(context.active(), server);
  const tool = tracer.startSpan(
    'tools/call search_classes',
    {
      kind: SpanKind.SERVER,
      links: [{ context: server.spanContext() }],
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search_classes', 'mcp.session.id': 'session-1' },
    },
    inside,
  );
  tool.addEvent('cache.miss', { 'cache.key': 'classes' });
  tool.recordException(new RangeError('no such class'));
  tool.setAttribute('error.type', 'tool_error');
  tool.setStatus({ code: SpanStatusCode.ERROR, message: 'no such class' });
  tool.setAttribute('big', [1, 2, 3]);
  const start = Date.now();
  const query = tracer.startSpan(
    'SELECT classes',
    {
      kind: SpanKind.CLIENT,
      startTime: start,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'select * from classes where id = 7' },
    },
    trace.setSpan(inside, tool),
  );
  query.end(start + 250);
  tool.end();
  server.end();
  for (let n = 0; n < workSpans; n += 1) tracer.startSpan('work', { attributes: { n, half: n / 2, even: n % 2 === 0 } }, inside).end();
}

function recordMetrics(): void {
  const meter = metrics.getMeter('otel-client');
  const duration = meter.createHistogram('http.server.request.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } });
  for (const seconds of [0.05, 0.5, 0.5, 2]) duration.record(seconds, { 'http.route': '/mcp' });
  const render = meter.createHistogram('render', { unit: 's' });
  for (const seconds of [0, 0.05, 0.5, 0.5, 2]) render.record(seconds);
  meter.createCounter('calls').add(3);
  meter.createUpDownCounter('queue').add(-2);
  meter.createObservableGauge('temperature', { unit: 'Cel' }).addCallback((result) => result.observe(21.5, { room: 'a' }));
}

function recordLogs(): void {
  const logger = logs.getLogger('otel-client');
  logger.emit({
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: 'it broke for ann@example.com',
    attributes: { code: 'E1' },
  });
  logger.emit({ body: { nested: { list: [1, 'two', true] } } });
  logger.emit({
    eventName: 'browser.web_vital',
    attributes: {
      'browser.web_vital.name': 'lcp',
      'browser.web_vital.value': 2_345.5,
      'browser.web_vital.delta': 2_345.5,
      'browser.web_vital.id': 'v5-1',
      'browser.web_vital.rating': 'good',
      'browser.web_vital.navigation_type': 'navigate',
      'browser.web_vital.attribution.target': '#hero',
      'url.full': 'https://shop.example/cart?token=1',
      'session.id': 'browser-1',
    },
  });
}
