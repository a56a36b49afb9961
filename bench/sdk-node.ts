// npm run bench:sdk-node -- [CALLS] [RUNS]: what instrumentMCPTool adds to a call, on each of its grounds, against the bare handler.
// Each run is a process of its own; what is sent goes to a sink in another one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { initializeAPM, instrumentMCPTool } from '../libs/sdk-node/src/index.ts';
import { median, printTable } from './report.ts';

const [calls, runs] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 5)];
const self = fileURLToPath(import.meta.url);
const warmUp = 20_000;
/** Calls between two turns of the event loop, in which what waits is sent. */
const callsPerTurn = 50;

interface Measured {
  /** Microseconds a call, as its caller waits. */
  readonly wall: number;
  /** Microseconds of CPU a call, all threads, sending included. */
  readonly cpu: number;
  readonly lost: number;
}

type Tool = (params: object) => Promise<unknown>;

/** An answer of about 1 KB, the same object each time: what it costs to make it is not the question. */
const answer = { content: [{ type: 'text', text: 'A class of yoga at 18:00 in Rome, three places left. '.repeat(18) }] };
const handler: Tool = async () => answer;
const options = { params: ['query', 'filters.city'] };

/** By name: prepares a process, answers the tool and what sends the rest. */
const grounds: Readonly<Record<string, () => Promise<readonly [Tool, () => Promise<unknown>]>>> = {
  bare: async () => [handler, async () => {}],
  'no tracer, nowhere to send to': async () => [instrumentMCPTool('search', handler), async () => {}],
  alone: async () => alone({}),
  'alone, parameters recorded': async () => alone(options),
  'alone, size not measured': async () => alone({ responseSize: false }),
  'OpenTelemetry, not exported': openTelemetry,
  'dd-trace': datadog,
};

async function alone(toolOptions: object): Promise<readonly [Tool, () => Promise<unknown>]> {
  const apm = initializeAPM({ url: process.env.SINK!, ground: 'alone', maxQueueSpans: 1e6, maxQueueBytes: 2 ** 30 });
  return [instrumentMCPTool('search', handler, toolOptions), () => apm.flush()];
}

/** With its own batches and exporter over HTTP/JSON left out: the SDK's part is the same for everybody who has it. */
async function openTelemetry(): Promise<readonly [Tool, () => Promise<unknown>]> {
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { context, trace } = await import('@opentelemetry/api');
  const exporter = { export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }), shutdown: async () => {} };
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1e6 })] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return [instrumentMCPTool('search', handler), () => provider.forceFlush()];
}

async function datadog(): Promise<readonly [Tool, () => Promise<unknown>]> {
  const { default: tracer } = await import('dd-trace');
  tracer.init({ url: process.env.SINK!, startupLogs: false, plugins: false });
  return [instrumentMCPTool('search', handler), () => new Promise((resolve) => setTimeout(resolve, 2_500))];
}

/** Milliseconds a call, median of the turns: on a busy machine some of them wait for other programs. */
async function call(tool: Tool, count: number): Promise<number> {
  const params = { query: 'yoga', filters: { city: 'Rome' }, page: 1 };
  const turns: number[] = [];
  for (let done = 0; done < count; done += callsPerTurn) {
    const start = performance.now();
    for (let i = 0; i < callsPerTurn; i++) await tool(params);
    turns.push((performance.now() - start) / callsPerTurn);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return median(turns);
}

async function measureHere(ground: string): Promise<void> {
  const [tool, finish] = await grounds[ground]!();
  await call(tool, warmUp);
  await finish();
  const usage = process.cpuUsage();
  const waited = await call(tool, calls);
  await finish();
  const { user, system } = process.cpuUsage(usage);
  const lost = Object.values(initializeAPM({ url: '' }).stats().dropped).reduce((all, one) => all + one, 0);
  process.stdout.write(JSON.stringify({ wall: waited * 1_000, cpu: (user + system) / calls, lost }));
  process.exit(0);
}

async function measureApart(ground: string, sink: string): Promise<Measured> {
  const env = {
    ...process.env,
    SINK: sink,
    GROUND: ground,
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  };
  const child = spawn(process.execPath, [...process.execArgv, self, String(calls)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await outputOf(child)) as Measured;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(child, 'close');
  return text;
}

/** Takes everything, as an intake and as a trace agent would. */
async function beSink(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function measureAll(): Promise<void> {
  const sink = spawn(process.execPath, [...process.execArgv, self], {
    env: { ...process.env, GROUND: 'sink' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(sink.stdout!, 'data')) as [Buffer];
  const found = new Map<string, Measured[]>(Object.keys(grounds).map((ground) => [ground, []]));
  for (let run = 0; run < runs; run++) for (const [ground, list] of found) list.push(await measureApart(ground, url.toString()));
  sink.kill();
  const middle = (ground: string, of: 'wall' | 'cpu' | 'lost') => median(found.get(ground)!.map((one) => one[of]));
  const above = (ground: string, of: 'wall' | 'cpu') => (middle(ground, of) - middle('bare', of)).toFixed(1);
  const rows = [...found.keys()].map((ground) => ({
    ground,
    'µs a call, waited': middle(ground, 'wall').toFixed(1),
    'above bare': above(ground, 'wall'),
    'µs of CPU a call, sending included': middle(ground, 'cpu').toFixed(1),
    'above bare ': above(ground, 'cpu'),
    lost: middle(ground, 'lost'),
  }));
  printTable(`instrumentMCPTool: ${calls} calls of a tool that answers 1 KB, median of ${runs} runs in turns`, rows);
}

const ground = process.env.GROUND;
await (ground === undefined ? measureAll() : ground === 'sink' ? beSink() : measureHere(ground));
