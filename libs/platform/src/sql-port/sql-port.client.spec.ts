import { type ClickHouseClient, type ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlPortRig, secret } from './sql-port-rig.contract.ts';
import { canary } from './sql-test-engine.contract.ts';

let rig: SqlPortRig;
const clients: ClickHouseClient[] = [];

beforeAll(async () => {
  rig = await SqlPortRig.open();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => rig.close());

function client(options: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  const made = createClient({ url: rig.base, log: { level: ClickHouseLogLevel.OFF }, ...options });
  clients.push(made);
  return made;
}

const writer = (options: Parameters<typeof createClient>[0] = {}) => client({ password: secret, ...options });

describe('the official client', () => {
  it('pings', async () => {
    expect(await client().ping()).toMatchObject({ success: true });
    expect(await client().ping({ select: true })).toMatchObject({ success: true });
  });
  it('reads rows in JSON with their types', async () => {
    const result = await client().query({ query: 'SELECT count() AS n, toUInt64(1) AS big FROM rum' });
    expect(await result.json()).toMatchObject({ meta: [{ name: 'n', type: 'UInt64' }, { name: 'big' }], data: [{ n: 200 }], rows: 1 });
  });
  it.each([
    'JSONEachRow',
    'JSONCompactEachRow',
    'JSONCompactEachRowWithNamesAndTypes',
    'JSONStringsEachRow',
    'JSONObjectEachRow',
    'JSONColumnsWithMetadata',
  ] as const)('reads %s', async (format) => {
    const result = await client().query({ query: 'SELECT 1 AS one', format });
    expect(JSON.stringify(await result.json())).toMatch(/1/);
  });
  it.each(['CSV', 'CSVWithNames', 'TabSeparated', 'TabSeparatedWithNamesAndTypes', 'Parquet'] as const)('reads %s', async (format) => {
    const { stream } = await client().exec({ query: `SELECT 'one' AS word FORMAT ${format}` });
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString('latin1')).toMatch(/one/);
  });
  it('binds parameters of every kind', async () => {
    const result = await client().query({
      query: 'SELECT {s:String} AS s, {a:Array(String)} AS a, {m:Map(String, UInt8)} AS m, {d:DateTime} AS d, {n:Nullable(String)} AS n',
      query_params: { s: "it's\ta\\b\n", a: ["x'y"], m: { k: 1 }, d: new Date(0), n: null },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ s: "it's\ta\\b\n", a: ["x'y"], m: { k: 1 }, d: '1970-01-01 00:00:00', n: null }]);
  });
  it('sends long parameters as a form', async () => {
    const query_params = { s: 'x'.repeat(50_000) };
    const result = await client().query({
      query: 'SELECT length({s:String}) AS n',
      query_params,
      use_multipart_params: true,
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ n: 50_000 }]);
  });
  it.each([{ response: true }, { response: { codec: 'zstd' } as never }, { response: { codec: 'br' } as never }])(
    'reads compressed answers: %j',
    async (compression) => {
      const result = await client({ compression }).query({ query: 'SELECT number FROM numbers(1000)', format: 'JSONEachRow' });
      expect(result.response_headers['content-encoding']).toBeDefined();
      expect((await result.json()).length).toBe(1000);
    },
  );
  it('gets the code and the name of an error', async () => {
    const error = await client()
      .query({ query: 'SELECT nope' })
      .catch((thrown: ClickHouseError) => thrown);
    expect(error).toMatchObject({ code: '47', type: 'UNKNOWN_IDENTIFIER' });
  });
  it('gets an error that comes behind the first rows', async () => {
    const result = await writer().query({
      query: "SELECT throwIf(number = 300000, 'too far') AS t FROM numbers(1000000)",
      format: 'JSONEachRow',
    });
    const rows = (async () => {
      for await (const _ of result.stream());
    })();
    await expect(rows).rejects.toThrow(/too far/);
  });
  it('streams a large answer in bounded pieces', async () => {
    const result = await writer().query({
      query: 'SELECT number, repeat(toString(number), 10) AS text FROM numbers(500000)',
      format: 'JSONEachRow',
    });
    let rows = 0;
    for await (const some of result.stream()) rows += some.length;
    expect(rows).toBe(500_000);
  });
  it('ends the computation when it stops reading', async () => {
    const leave = new AbortController();
    const result = await writer().query({
      query: 'SELECT number FROM numbers(100000000000)',
      format: 'JSONEachRow',
      abort_signal: leave.signal,
    });
    for await (const _ of result.stream()) break;
    leave.abort();
    await writer().close();
    await rig.untilIdle();
  });
  it('ends a computation that has sent nothing yet', async () => {
    const leave = new AbortController();
    const asked = client().query({
      query: 'SELECT count() FROM numbers(900000000) WHERE sipHash64(number) = 1',
      abort_signal: leave.signal,
    });
    await rig.untilRunning('sipHash64');
    leave.abort();
    await expect(asked).rejects.toThrow();
    await rig.untilIdle();
  });
});

describe('the writer', () => {
  it('creates, inserts and drops', async () => {
    await writer().command({ query: 'CREATE TABLE notes (n UInt32, text String) ENGINE = MergeTree ORDER BY n' });
    const { summary } = await writer().insert({
      table: 'notes',
      values: [
        { n: 1, text: 'ä' },
        { n: 2, text: "'" },
      ],
      format: 'JSONEachRow',
    });
    expect(summary?.written_rows).toBe('2');
    await writer().insert({ table: 'notes', values: [[3, 'x']], columns: ['n', 'text'], format: 'JSONCompactEachRow' });
    await writer().insert({
      table: 'notes',
      values: [
        ['n', 'text'],
        ['UInt32', 'String'],
        [4, 'y'],
      ],
      format: 'JSONCompactEachRowWithNamesAndTypes',
    });
    await writer().insert({ table: 'notes', values: [{ n: 5 }], columns: { except: ['text'] }, format: 'JSONEachRow' });
    await writer().command({ query: "INSERT INTO notes VALUES (6, 'v')" });
    await writer().command({ query: "INSERT INTO notes SELECT 7, 's'" });
    await (await rig.ask('INSERT INTO notes (n, text) FORMAT CSV\n8,"c;d"\n', { headers: { 'X-ClickHouse-Key': secret } })).text();
    const result = await writer().query({ query: 'SELECT * FROM notes ORDER BY n', format: 'JSONCompactEachRow' });
    expect(await result.json()).toEqual([
      [1, 'ä'],
      [2, "'"],
      [3, 'x'],
      [4, 'y'],
      [5, ''],
      [6, 'v'],
      [7, 's'],
      [8, 'c;d'],
    ]);
    await writer().command({ query: 'DROP TABLE notes' });
  });
  it('inserts a stream, compressed, longer than a block', async () => {
    await writer().command({ query: 'CREATE TABLE many (n UInt64, text String) ENGINE = MergeTree ORDER BY n' });
    async function* rows() {
      for (let n = 0; n < 100_000; n += 1) yield { n, text: 'x'.repeat(400) };
    }
    const { Readable } = await import('node:stream');
    await writer({ compression: { request: true } }).insert({ table: 'many', values: Readable.from(rows()), format: 'JSONEachRow' });
    const result = await writer().query({ query: 'SELECT count() AS rows, sum(n) AS s FROM many', format: 'JSONEachRow' });
    expect(await result.json()).toEqual([{ rows: 100_000, s: (99_999 * 100_000) / 2 }]);
    await writer().command({ query: 'DROP TABLE many' });
  });
  it('inserts the same token once', async () => {
    await writer().command({
      query: 'CREATE TABLE tokens (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
    });
    const settings = { insert_deduplication_token: 'rum:0:1-2', async_insert: 0 as const };
    const body = { table: 'tokens', values: [{ n: 1 }], format: 'JSONEachRow' as const, clickhouse_settings: settings };
    await writer().insert(body);
    await writer().insert(body);
    expect(await (await writer().query({ query: 'SELECT count() AS n FROM tokens', format: 'JSONEachRow' })).json()).toEqual([{ n: 1 }]);
    await writer().command({ query: 'DROP TABLE tokens' });
  });
  it('copies Native and RowBinary from answer to insert', async () => {
    const headers = { 'X-ClickHouse-Key': secret };
    await (
      await rig.ask('CREATE TABLE copies (n UInt32, s LowCardinality(String), a Array(String)) ENGINE = MergeTree ORDER BY n', { headers })
    ).text();
    for (const format of ['Native', 'RowBinary', 'Parquet']) {
      const bytes = await (await rig.ask(`SELECT toUInt32(1) AS n, 'x' AS s, ['y'] AS a FORMAT ${format}`, { headers })).arrayBuffer();
      const inserted = await rig.ask(bytes as never, { headers }, `query=${encodeURIComponent(`INSERT INTO copies FORMAT ${format}`)}`);
      expect([format, inserted.status, await inserted.text()]).toEqual([format, 200, '']);
    }
    expect(await (await rig.ask('SELECT count(), any(s), any(a) FROM copies', { headers })).text()).toBe("3\tx\t['y']\n");
    await (await rig.ask('DROP TABLE copies', { headers })).text();
  });
  it('only reads with GET', async () => {
    const init = { method: 'GET', body: null, headers: { 'X-ClickHouse-Key': secret } };
    expect(await (await rig.ask('', init, 'query=SELECT+name+FROM+hidden')).text()).toBe(`${canary}\n`);
    expect(await (await rig.ask('', init, 'query=DROP+TABLE+hidden')).text()).toMatch(/^Code: 164\. .*\(READONLY\)/);
    expect(await (await rig.ask('', init, 'query=INSERT+INTO+hidden+FORMAT+CSV')).text()).toMatch(/^Code: 164\./);
  });
});
