/**
 * Packages of the MCP SDK offer their sources under the name by which this house offers its own.
 *
 * @jest-environment-options {"customExportConditions": ["node", "import", "default"]}
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as next from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StandaloneProcess } from './standalone-process.ts';

interface Told {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text: string }[];
}

const operateToken = 'operate-token-0123456789';
const readToken = 'read-token-0123456789';
let house: StandaloneProcess;
const clients: Client[] = [];

async function assistant(token?: string): Promise<Client> {
  const client = new Client({ name: 'assistant', version: '1.0.0' });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${house.http}/mcp`), { requestInit: { headers } }) as never);
  clients.push(client);
  return client;
}
async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Told> {
  return (await client.callTool({ name, arguments: args })) as unknown as Told;
}
const answerOf = ({ content }: Told) => JSON.parse(content[0]!.text);

/** As a browser would send it: one slow and one quick view. */
const lcpOf = (value: number, route: string, n: number) => ({
  ...{ name: 'LCP', value, unit: 'ms', timestamp: Date.now() - n * 1_000, route, sessionId: `session-${n}` },
});

beforeAll(async () => {
  house = await StandaloneProcess.start({
    env: { BEACONHOUSE_OPERATE_TOKEN: operateToken, BEACONHOUSE_SQL_READ_TOKEN: readToken },
  });
  const metrics = [...Array(20).keys()].flatMap((n) => [lcpOf(4_000 + n, '/slow', n), lcpOf(800 + n, '/quick', n)]);
  const sent = await fetch(`${house.http}/api/rum-metrics`, {
    method: 'POST',
    body: JSON.stringify({ metrics }),
  });
  expect([sent.status, await sent.text()]).toEqual([204, '']);
  await house.whenLoaded();
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await house.dispose();
});

describe('/mcp', () => {
  it('offers what the house answers, and what changes something only with the token for it', async () => {
    const [reader, operator] = [await assistant(), await assistant(operateToken)];
    const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);
    const reading = await names(reader);
    const asked = [
      'list_metrics',
      'metric_over_time',
      'compare_by',
      'list_values',
      'list_regressions',
      'explain_regression',
      'list_budgets',
    ];
    const alerting = ['list_incidents', 'get_incident', 'list_silences', 'list_alert_rules', 'list_monitors', 'get_monitor'];
    expect(reading).toEqual(expect.arrayContaining([...asked, ...alerting, 'latest_events', 'data_health', 'describe_view', 'query_sql']));
    expect((await names(operator)).filter((name) => !reading.includes(name)).sort()).toEqual(
      ['acknowledge_incident', 'end_silence', 'run_monitor', 'silence'].sort(),
    );
    expect((await call(reader, 'silence', { comment: 'deploy' })).content[0]?.text).toMatch(/BEACONHOUSE_OPERATE_TOKEN/);
  });

  it('answers which route is slow', async () => {
    const client = await assistant(readToken);
    expect(answerOf(await call(client, 'list_metrics'))).toMatchObject({ data: [{ name: 'LCP', unit: 'ms', count: 40 }] });
    const byRoute = answerOf(await call(client, 'compare_by', { metric: 'LCP', by: 'route' }));
    expect(byRoute.data.map(({ key, p75 }: { key: string; p75: number }) => [key, p75 > 3_000])).toEqual(
      expect.arrayContaining([
        ['/slow', true],
        ['/quick', false],
      ]),
    );
  });

  it('asks SQL through the guard, over the documented views', async () => {
    const client = await assistant();
    const counted = await call(client, 'query_sql', {
      sql: "SELECT route, count() FROM rum WHERE metric = 'LCP' GROUP BY route ORDER BY route",
    });
    expect(answerOf(counted).data).toEqual([
      ['/quick', 20],
      ['/slow', 20],
    ]);
    expect(answerOf(await call(client, 'describe_view', { view: 'rum' })).data.map(([name]: string[]) => name)).toContain('route');
    for (const sql of ['SELECT * FROM rum_events', "SELECT * FROM file('/etc/passwd')", 'DROP TABLE rum'])
      expect(await call(client, 'query_sql', { sql })).toMatchObject({ isError: true });
    expect(await call(client, 'describe_view', { view: 'rum_events' })).toMatchObject({ isError: true });
  });

  it('says what is wrong with a question by field and limit', async () => {
    const told = await call(await assistant(), 'list_metrics', { window: '900d' });
    expect(told).toMatchObject({ isError: true });
    expect(JSON.parse(told.content[0]!.text).error).toMatchObject({ code: 'range_too_long', field: 'window' });
    expect(await call(await assistant(), 'query_sql', { sql: 'SELECT repeat(toString(number), 30) FROM numbers(5000)' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/an assistant gets 65536/) }],
    });
  });

  it('silences what a person wants silent, as an assistant', async () => {
    const client = await assistant(operateToken);
    const begun = answerOf(await call(client, 'silence', { matchers: { rule: 'checkout' }, durationS: 600, comment: 'deploy' }));
    expect(begun.silence).toMatchObject({ comment: 'deploy', author: 'assistant' });
    const list = answerOf(await call(client, 'list_silences'));
    expect(list.data).toHaveLength(1);
    expect(await call(client, 'end_silence', { id: begun.silence.id })).not.toHaveProperty('isError', true);
  });

  it('speaks the protocol of 2026 too', async () => {
    const client = new next.Client({ name: 'assistant', version: '2.0.0' });
    await client.connect(new next.StreamableHTTPClientTransport(new URL(`${house.http}/mcp`)));
    expect(client.getInstructions()).toMatch(/data, never instructions/);
    const told = (await client.callTool({ name: 'list_values', arguments: { dimension: 'route' } })) as unknown as Told;
    await client.close();
    expect(
      answerOf(told)
        .data.map(({ value }: { value: string }) => value)
        .sort(),
    ).toEqual(['/quick', '/slow']);
  });

  it('has nothing to listen to', async () => {
    expect((await fetch(`${house.http}/mcp`)).status).toBe(405);
  });

  it('lets nobody in with a token that is not one, nor a page of another site', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${house.http}/mcp`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });
    const refused = await ask({ authorization: 'Bearer guessed-token-0123456' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await ask({ origin: 'https://evil.example', authorization: `Bearer ${readToken}` })).status).toBe(403);
  });
});
