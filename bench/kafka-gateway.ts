// npm run bench:kafka-gateway [-- TURNS REQUESTS CONNECTIONS]: CPU per event of the gateway (HTTP -> Kafka, acks=all) against the OpenTelemetry Collector
// (OTLP/HTTP JSON -> Kafka, acks=all, no sending queue) and a Fastify that only parses, one after the other, in turns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeKafka } from '../infra/native/native-kafka.ts';
import { freePort, NativeProcess } from '../infra/native/native-process.ts';
import { closedLoop } from './closed-loop.ts';
import { compression, startCollector, startGateway } from './kafka-contenders.ts';
import { cpuSecondsOf } from './process-usage.ts';
import { median, printTable } from './report.ts';
import { type FullMetric, fullMetrics, type SentBeacon, Traffic } from './traffic.ts';

const events = 10;
const turns = Number(process.argv[2] ?? 3);
const requests = Number(process.argv[3] ?? 15_000);
const connections = Number(process.argv[4] ?? 48);
/** The compiler needs some thousand requests before the code is as fast as it stays. */
const warmUp = 8_000;
const here = import.meta.dirname;

interface Contender {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  readonly expected: number;
  readonly bodies: readonly (() => string)[];
  readonly port: number;
  readonly process: NativeProcess;
}

interface Turn {
  readonly cpuMicrosPerEvent: number;
  readonly brokerMicrosPerEvent: number;
  readonly eventsPerSecond: number;
}

const traffic = new Traffic({ seed: 1, sessions: 500 });
/** Ten metrics each. */
const beacons = Array.from({ length: 1_000 }, () => traffic.nextBeacon(Date.now()));

/** Every request has an id of its own, else the gateway would rightly call it a repeat. */
let serial = 0;
function beaconBody(beacon: SentBeacon): () => string {
  const [before, after] = JSON.stringify({ ...beacon, beaconId: '@', timestamp: 0 }).split('"@"');
  const behind = after!.replace('"timestamp":0', () => `"timestamp":${Date.now()}`);
  return () => {
    serial += 1;
    const hex = serial.toString(16).padStart(12, '0');
    return `${before}"${Date.now()
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-${hex}"${behind}`;
  };
}

/** The same content as log records of the conventions: one record a metric, its fields as attributes. */
function otlpBody(beacon: SentBeacon): () => string {
  const metrics = fullMetrics(beacon);
  const attribute = ([key, value]: [string, unknown]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: String(value) },
  });
  const record = (metric: FullMetric) => {
    const {
      widgetContext,
      attributes,
      attribution,
      connection,
      traceId,
      spanId,
      timestamp,
      name,
      appId,
      environment,
      release,
      userAgent,
      ...fields
    } = metric;
    const flat = { ...fields, ...attributes, ...attribution, ...connection, ...widgetContext };
    return {
      timeUnixNano: `${timestamp}000000`,
      body: { stringValue: name },
      ...(traceId && { traceId, spanId }),
      attributes: Object.entries(flat)
        .filter(([, value]) => value !== undefined)
        .map(attribute),
    };
  };
  const { appId, environment, release, userAgent } = beacon.common;
  const resource = {
    'service.name': appId,
    'deployment.environment.name': environment,
    'service.version': release,
    'user_agent.original': userAgent,
  };
  const body = JSON.stringify({
    resourceLogs: [{ resource: { attributes: Object.entries(resource).map(attribute) }, scopeLogs: [{ logRecords: metrics.map(record) }] }],
  });
  return () => body;
}

async function startCeiling(dir: string): Promise<Contender> {
  const port = await freePort();
  const process = await NativeProcess.start({
    name: 'the ceiling',
    file: globalThis.process.execPath,
    args: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', join(here, 'parse-ceiling.ts'), String(port)],
    cwd: dir,
    ready: async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 404,
    readyWithinMs: 20_000,
  });
  const common = { name: 'Fastify, parsing only', path: '/api/rum-metrics', contentType: 'text/plain;charset=UTF-8', expected: 204 };
  return { ...common, bodies: beacons.map(beaconBody), port, process };
}

async function turn(contender: Contender, count: number): Promise<Turn> {
  const pids = [contender.process.child.pid!, kafka.process.child.pid!];
  const before = pids.map(cpuSecondsOf);
  const { accepted, others, seconds } = await closedLoop({ ...contender, connections, requests: count });
  if (Object.keys(others).length > 0) throw new Error(`${contender.name} answered ${JSON.stringify(others)}:\n${contender.process.output}`);
  const [own, broker] = pids.map((pid, n) => ((cpuSecondsOf(pid) - before[n]!) * 1e6) / (accepted * events));
  return { cpuMicrosPerEvent: own!, brokerMicrosPerEvent: broker!, eventsPerSecond: (accepted * events) / seconds };
}

const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
const kafka = await NativeKafka.start({ dir: join(dir, 'kafka'), makesTopics: true });
const contenders: Contender[] = [];
try {
  const beaconRequest = {
    path: '/api/rum-metrics',
    contentType: 'text/plain;charset=UTF-8',
    expected: 204,
    bodies: beacons.map(beaconBody),
  };
  contenders.push({ name: 'gateway', ...beaconRequest, ...(await startGateway(dir, kafka)) });
  const otlpRequest = { path: '/v1/logs', contentType: 'application/json', expected: 200, bodies: beacons.map(otlpBody) };
  contenders.push({ name: 'OpenTelemetry Collector', ...otlpRequest, ...(await startCollector(dir, kafka, 'logs')) });
  contenders.push(await startCeiling(dir));
  const measured = new Map<string, Turn[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await turn(contender, warmUp);
  for (let n = 0; n < turns; n += 1) {
    for (const contender of contenders) {
      const result = await turn(contender, requests);
      measured.get(contender.name)!.push(result);
      globalThis.process.stderr.write(`${contender.name}: ${JSON.stringify(result)}\n`);
    }
  }
  const cpuOf = (name: string) => median(measured.get(name)!.map(({ cpuMicrosPerEvent }) => cpuMicrosPerEvent));
  const reference = cpuOf('OpenTelemetry Collector');
  printTable(
    `HTTP to Kafka, acks=all, ${events} events a request, ${compression}; goal: <= 0.5x the collector's CPU per event`,
    contenders.map(({ name, bodies }) => ({
      what: name,
      'CPU µs per event': cpuOf(name).toFixed(1),
      ratio: `${(cpuOf(name) / reference).toFixed(2)}x`,
      "broker's CPU µs per event": median(measured.get(name)!.map(({ brokerMicrosPerEvent }) => brokerMicrosPerEvent)).toFixed(1),
      'events/s': Math.round(median(measured.get(name)!.map(({ eventsPerSecond }) => eventsPerSecond))),
      'bytes a request': Math.round(bodies.reduce((sum, body) => sum + Buffer.byteLength(body()), 0) / bodies.length),
    })),
  );
} finally {
  await Promise.all(contenders.map(({ process }) => process.end('SIGTERM').catch(() => undefined)));
  await kafka.kill();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
