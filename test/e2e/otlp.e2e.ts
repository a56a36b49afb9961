import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workSpans } from './otel-work.ts';
import { StandaloneProcess } from './standalone-process.ts';

let house: StandaloneProcess;
beforeAll(async () => {
  house = await StandaloneProcess.start();
});
afterAll(() => house.dispose());

const client = join(import.meta.dirname, 'otel-client.ts');

/** What the app's own SDK complained of. */
async function runClient(service: string, env: Readonly<Record<string, string>>): Promise<string> {
  const all = {
    ...process.env,
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.version=1.4.0,service.instance.id=one',
    OTEL_EXPORTER_OTLP_ENDPOINT: house.http,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    ...env,
  };
  const args = ['--disable-warning=ExperimentalWarning', client];
  const child = spawn(process.execPath, args, { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return code === 0 ? out + err : `exit ${code}: ${out}${err}`;
}

const delta = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
const apps = [
  ['json', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
  ['json-gzip', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', ...delta }],
  ['proto', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', ...delta }],
  ['proto-gzip', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }],
] as const;

describe.each(apps)("an app with OpenTelemetry's Node SDK (%s)", (service, env) => {
  beforeAll(async () => {
    expect(await runClient(service, env)).toBe('');
    await house.whenLoaded();
  });

  it('has all of its spans in the table, with their parents, errors and units', async () => {
    const named = (name: string) => `FROM spans WHERE service = '${service}' AND name = '${name}'`;
    const columns =
      'kind, env, release, duration_us, error, entry, error_type, error_message, tool, route, http_status, session_id != 0 AS session, attrs';
    const [server] = await house.askAsReader<Record<string, unknown>>(
      `SELECT ${columns}, trace_id, span_id, parent_id ${named('POST /mcp')}`,
    );
    expect(server).toMatchObject({
      kind: 'server',
      env: 'staging',
      release: '1.4.0',
      error: 0,
      entry: 1,
      route: '/mcp',
      http_status: 200,
      parent_id: '',
    });
    const [tool] = await house.askAsReader<Record<string, unknown>>(
      `SELECT ${columns}, trace_id, span_id, parent_id ${named('tools/call search_classes')}`,
    );
    expect(tool).toMatchObject({
      ...{
        kind: 'server',
        error: 1,
        entry: 0,
        error_type: 'tool_error',
        error_message: 'no such class',
        tool: 'search_classes',
        session: 1,
      },
      ...{ trace_id: server!.trace_id, parent_id: server!.span_id },
      attrs: {
        ...{
          big: '[1,2,3]',
          'otel.scope.name': 'otel-client',
          'otel.scope.version': '1.0.0',
          'service.instance.id': 'one',
          'exception.type': 'RangeError',
        },
        ...{
          'otel.links': `${server!.trace_id}-${server!.span_id}`,
          'otel.events': expect.stringMatching(/^\[\{"name":"cache.miss","afterUs":\d+,"cache.key":"classes"\}\]$/),
        },
        ...{ 'exception.stacktrace': expect.stringContaining('RangeError: no such class'), 'mcp.method.name': 'tools/call' },
      },
    });
    const [query] = await house.askAsReader<Record<string, unknown>>(`SELECT ${columns}, parent_id ${named('SELECT classes')}`);
    expect(query).toMatchObject({ kind: 'client', duration_us: 250_000, entry: 0, parent_id: tool!.span_id });
    expect(query!.attrs).toMatchObject({ 'db.query.text': 'select * from classes where id = ?' });
    const [work] = await house.askAsReader(
      `SELECT count() AS n, uniqExact(span_id) AS ids, sum(toUInt32(attrs['n'])) AS sum ${named('work')}`,
    );
    expect(work).toEqual({ n: workSpans, ids: workSpans, sum: (workSpans * (workSpans - 1)) / 2 });
  });

  it('has its metrics, seconds as milliseconds', async () => {
    const points = await house.askAsReader(
      `SELECT name, unit, kind, temporality, monotonic, value, count, sum, min, max, bounds, buckets, start > 0 AS started FROM points WHERE service = '${service}' AND kind != 'exponential' ORDER BY name`,
    );
    const temporality = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE' in env ? 'delta' : 'cumulative';
    const none = { count: 0, sum: 0, min: null, max: null, bounds: [], buckets: [] };
    expect(points).toEqual([
      expect.objectContaining({ name: 'calls', kind: 'sum', temporality, monotonic: 1, value: 3, ...none }),
      {
        ...{
          name: 'http.server.request.duration',
          unit: 'ms',
          kind: 'histogram',
          temporality,
          monotonic: 0,
          value: 0,
          count: 4,
          sum: 3_050,
        },
        ...{ min: 50, max: 2_000, bounds: [100, 1_000], buckets: [1, 2, 1], started: 1 },
      },
      expect.objectContaining({ name: 'queue', kind: 'sum', temporality: 'cumulative', monotonic: 0, value: -2 }),
      expect.objectContaining({ name: 'temperature', unit: 'Cel', kind: 'gauge', value: 21.5 }),
    ]);
  });

  it('has its exponential histograms as they are', async () => {
    const [point] = await house.askAsReader<{ buckets: number[] }>(
      `SELECT name, unit, count, sum, min, max, scale, zero_count, offset, buckets FROM points WHERE service = '${service}' AND kind = 'exponential'`,
    );
    expect(point).toMatchObject({ name: 'render', unit: 's', count: 5, sum: 3.05, min: 0, max: 2, zero_count: 1 });
    expect(point!.buckets.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('has its logs, and web vitals with the RUM', async () => {
    const logs = await house.askAsReader(
      `SELECT severity, name, body, attrs['code'] AS code FROM logs WHERE service = '${service}' ORDER BY severity DESC`,
    );
    expect(logs).toEqual([
      { severity: 17, name: '', body: 'it broke for [email]', code: 'E1' },
      { severity: 0, name: '', body: '{"nested":{"list":[1,"two",true]}}', code: '' },
    ]);
    const vitals = await house.askAsReader(
      `SELECT metric, value, rating, route, env, release, nav_type, session_id != 0 AS session, attrs['target'] AS target FROM rum WHERE app = '${service}'`,
    );
    expect(vitals).toEqual([
      {
        metric: 'LCP',
        value: 2_345.5,
        rating: 'good',
        route: '/cart',
        env: 'staging',
        release: '1.4.0',
        nav_type: 'navigate',
        session: 1,
        target: '#hero',
      },
    ]);
  });
});

it('balances its ledger', async () => {
  const ledger = (await (await fetch(`${house.api}/api/ledger`)).json()) as { difference: object; dead_lettered: object };
  expect(ledger.difference).toEqual({ received: { beacons: 0, events: 0 }, accepted: { beacons: 0, events: 0 } });
  expect(ledger.dead_lettered).toEqual({ beacons: 0, events: 0 });
});
