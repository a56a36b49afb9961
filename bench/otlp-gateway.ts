// npm run bench:otlp-gateway [-- TURNS REQUESTS CONNECTIONS]: spans a second and CPU per span of the gateway (OTLP/HTTP protobuf -> Kafka, acks=all) against
// the OpenTelemetry Collector with the same bytes, one after the other, in turns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeKafka } from '../infra/native/native-kafka.ts';
import { tracesSignal } from '../libs/ingest/src/telemetry/otlp/otlp-signals.ts';
import { writeProtobuf } from '../libs/ingest/src/telemetry/otlp/write-protobuf.contract.ts';
import { seededRandom } from '../test/seed/seeded-random.ts';
import { closedLoop } from './closed-loop.ts';
import { compression, type Started, startCollector, startGateway } from './kafka-contenders.ts';
import { cpuSecondsOf } from './process-usage.ts';
import { median, printTable } from './report.ts';

/** As the SDKs send them: 512 at most at a time. */
const spansOfRequest = 100;
const turns = Number(process.argv[2] ?? 3);
const requests = Number(process.argv[3] ?? 2_000);
const connections = Number(process.argv[4] ?? 16);
/** The compiler needs some before the code is as fast as it stays. */
const warmUp = 500;
const random = seededRandom(1);

const hex = (bytes: number) => Array.from({ length: bytes * 2 }, () => Math.floor(random() * 16).toString(16)).join('');
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function spanOf(traceId: string, n: number) {
  const start = BigInt(Date.now()) * 1_000_000n;
  const took = BigInt(Math.floor(random() * 300_000_000));
  const route = `/api/items/${n % 20}`;
  const attributes = [
    text('http.request.method', 'GET'),
    text('http.route', route),
    text('url.path', `${route}/${Math.floor(random() * 1e6)}`),
    text('server.address', 'shop.example'),
    text('user_agent.original', 'Mozilla/5.0 (X11; Linux x64)'),
    text('network.protocol.version', '1.1'),
    { key: 'http.response.status_code', value: { intValue: n % 50 === 0 ? '500' : '200' } },
    { key: 'server.port', value: { intValue: '443' } },
  ];
  return {
    traceId,
    spanId: hex(8),
    parentSpanId: hex(8),
    name: `GET ${route}`,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + took),
    attributes,
    flags: 0x101,
  };
}

/** Requests of which each is sent with another trace id: a gateway would rightly call it a repeat. */
function bodyOf(): () => Buffer {
  const traceId = hex(16);
  const spans = Array.from({ length: spansOfRequest }, (_, n) => spanOf(traceId, n));
  const resource = {
    attributes: [text('service.name', 'shop'), text('deployment.environment.name', 'production'), text('service.version', '1.2.0')],
  };
  const body = writeProtobuf(tracesSignal.request, { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }] });
  const place = body.indexOf(Buffer.from(traceId, 'hex'));
  return () => {
    serial += 1;
    const copy = Buffer.from(body);
    copy.writeUInt32LE(serial, place);
    return copy;
  };
}

let serial = 0;
const bodies = Array.from({ length: 100 }, bodyOf);
const request = { path: '/v1/traces', contentType: 'application/x-protobuf', expected: 200, bodies, connections };

async function turn(name: string, { port, process: own }: Started, count: number) {
  const before = cpuSecondsOf(own.child.pid!);
  const { accepted, others, seconds } = await closedLoop({ ...request, port, requests: count });
  if (Object.keys(others).length > 0) throw new Error(`${name} answered ${JSON.stringify(others)}:\n${own.output}`);
  const spans = accepted * spansOfRequest;
  return { cpuMicrosPerSpan: ((cpuSecondsOf(own.child.pid!) - before) * 1e6) / spans, spansPerSecond: spans / seconds };
}

const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
const kafka = await NativeKafka.start({ dir: join(dir, 'kafka'), makesTopics: true });
const contenders: [string, Started][] = [];
try {
  contenders.push(['gateway', await startGateway(dir, kafka)]);
  contenders.push(['OpenTelemetry Collector', await startCollector(dir, kafka, 'traces')]);
  const measured = contenders.map(() => [] as Awaited<ReturnType<typeof turn>>[]);
  for (const [name, started] of contenders) await turn(name, started, warmUp);
  for (let n = 0; n < turns; n += 1)
    for (const [index, [name, started]] of contenders.entries()) measured[index]!.push(await turn(name, started, requests));
  printTable(
    `OTLP protobuf to Kafka, acks=all, ${spansOfRequest} spans a request, ${compression}`,
    contenders.map(([name], index) => ({
      what: name,
      'CPU µs per span': median(measured[index]!.map(({ cpuMicrosPerSpan }) => cpuMicrosPerSpan)).toFixed(1),
      'spans/s': Math.round(median(measured[index]!.map(({ spansPerSecond }) => spansPerSecond))),
      'bytes a request': bodies[0]!().length,
    })),
  );
} finally {
  await Promise.all(contenders.map(([, { process: own }]) => own.end('SIGTERM').catch(() => undefined)));
  await kafka.kill();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
