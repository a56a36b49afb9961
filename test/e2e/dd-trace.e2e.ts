import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { expectSoundUnder } from '../fuzz/fuzz-house.ts';
import { hostileAgent } from '../fuzz/hostile-agent.ts';
import { StandaloneProcess } from './standalone-process.ts';

jest.setTimeout(90_000);

const app = join(import.meta.dirname, 'dd-trace-app.cjs');
let house: StandaloneProcess;
beforeAll(async () => {
  house = await StandaloneProcess.start();
});
afterAll(() => house.kill('SIGTERM'));

/** An application with dd-trace, pointed at the house as its agent. */
async function runApp(protocol: '0.4' | '0.5', service: string, lastsMs: number) {
  const env = {
    ...process.env,
    ...{ DD_TRACE_AGENT_URL: house.datadogAgent, DD_TRACE_AGENT_PROTOCOL_VERSION: protocol, DD_SERVICE: service, DD_ENV: 'staging' },
    ...{ DD_VERSION: '1.4.0', DD_TRACE_LOG_LEVEL: 'warn', DD_TRACE_DEBUG: 'true', DD_APPSEC_ENABLED: 'false' },
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [app, String(lastsMs)], { env, maxBuffer: 16 * 1024 * 1024 });
  const answer = stdout.split('\n').find((line) => line.startsWith('{"traceparent"'));
  return { traceparent: JSON.parse(answer!).traceparent as string, said: `${stdout}\n${stderr}` };
}

describe('an application with dd-trace', () => {
  it.each(['0.4', '0.5'] as const)('shows its spans by version %s of the protocol, each once and whole', async (protocol) => {
    const service = `shop-${protocol}`;
    const { traceparent, said } = await runApp(protocol, service, protocol === '0.4' ? 12_000 : 1_500);
    const complaints = said.split('\n').filter((line) => /error|failed|refused/i.test(line) && !/mcp|TypeError|no place/.test(line));
    expect(complaints).toEqual([]);
    await house.whenLoaded();
    const spans = await house.ask<Record<string, unknown>>(
      `SELECT name, resource, kind, error, error_type, error_message, tool, trace_id, parent_id, env, release, source, response_bytes, http_status, attrs
       FROM spans WHERE service LIKE '${service}%' ORDER BY start, parent_id`,
    );
    const [, traceId, spanId] = traceparent.split('-');
    const tool = spans.find(({ resource }) => resource === 'search_classes')!;
    expect(tool).toMatchObject({
      ...{
        name: 'mcp.tool',
        tool: 'search_classes',
        error: 0,
        env: 'staging',
        release: '1.4.0',
        source: 'datadog-agent',
        response_bytes: 512,
      },
      ...{ trace_id: traceId, parent_id: '' },
    });
    expect(tool.attrs).not.toHaveProperty(['_dd.p.tid']);
    expect((tool.attrs as Record<string, string>)['mcp.tool.params']).toBe('[redacted]');
    const failed = spans.find(({ resource }) => resource === 'book_class')!;
    expect(failed).toMatchObject({ error: 1, error_type: 'TypeError', error_message: 'no place left', tool: 'book_class' });
    const request = spans.filter(({ name, kind }) => name === 'http.request' && kind === 'client');
    expect(request).toHaveLength(1);
    expect(request[0]).toMatchObject({ trace_id: traceId, http_status: 200 });
    expect(JSON.stringify(spans)).not.toContain('secret-token-of-ann');
    const [sent] = await house.ask<{ n: number }>(`SELECT count() AS n FROM spans WHERE span_id = '${spanId}' AND trace_id = '${traceId}'`);
    expect(sent).toEqual({ n: 1 });
    const [twice] = await house.ask<{ n: number }>('SELECT count() - uniqExact(trace_id, span_id) AS n FROM spans');
    expect(twice).toEqual({ n: 0 });
  });

  it('has its runtime metrics among the points', async () => {
    const [row] = await house.ask<{ heap: string; service: string; clients: number }>(
      "SELECT countIf(name LIKE 'runtime.node.heap.%') > 0 AS heap, any(service) AS service, countIf(name LIKE 'datadog.%') AS clients FROM points",
    );
    expect(row).toMatchObject({ heap: 1, service: 'shop-0.4', clients: 0 });
  });

  it('has all of it in the ledger', async () => {
    const ledger = (await (await fetch(`${house.http}/api/ledger`)).json()) as { difference: unknown };
    const none = { beacons: 0, events: 0 };
    expect(ledger.difference).toEqual({ received: none, accepted: none });
  });
});

const [cases, seed] = [2_000, Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)];
/** The readers alone see 20,000: `libs/ingest/src/telemetry/datadog-agent/datadog-agent.spec.ts`. */
describe(`the agent's API under ${cases} hostile requests, seed ${seed}`, () => {
  it('answers each with 2xx or 4xx and a reason, stays alive and balances its ledger', async () => {
    const report = await expectSoundUnder({ port: house.ports.datadogAgent!, requests: hostileAgent, cases, seed, stored: 200 }, house);
    expect(report.codes.msgpack_invalid).toBeGreaterThan(cases / 20);
  });
});
