import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ClickHouseClient, type ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Engine, EngineError, type EngineQuery } from '../engine/engine.ts';
import { SqlGuard } from './sql-guard.ts';
import { openSqlPort, type SqlPort, type SqlPortOptions } from './sql-port.ts';
import { canary, openTestEngine, type TestEngine } from './sql-test-engine.contract.ts';

const secret = 'the-house-alone-knows-this';
const token = 'a-token-that-may-read';
let test: TestEngine;
let port: SqlPort & { base: string };
let base: string;
const reported: unknown[] = [];
const clients: ClickHouseClient[] = [];

beforeAll(async () => {
  test = await openTestEngine();
  port = await open({ limits: { seconds: 3 } });
  base = port.base;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(async () => {
  await port.close();
  await test.close();
});

async function open(options: Partial<SqlPortOptions>): Promise<SqlPort & { base: string }> {
  const guard = new SqlGuard({ engine: test.engine });
  const report = (error: unknown) => reported.push(error);
  const common = { engine: test.engine, guard, host: '127.0.0.1', port: 0, writerSecret: secret, readTokens: [token], report };
  const opened = await openSqlPort({ ...common, ...options });
  return { ...opened, base: `http://127.0.0.1:${opened.address.port}` };
}

function client(options: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  const made = createClient({ url: base, log: { level: ClickHouseLogLevel.OFF }, ...options });
  clients.push(made);
  return made;
}

const writer = (options: Parameters<typeof createClient>[0] = {}) => client({ password: secret, ...options });

function ask(sql: string, init: RequestInit = {}, parameters = ''): Promise<Response> {
  return fetch(`${base}/?${parameters}`, { method: 'POST', body: sql, ...init });
}

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
    await untilIdle();
  });
  it('ends a computation that has sent nothing yet', async () => {
    const leave = new AbortController();
    const asked = client().query({
      query: 'SELECT count() FROM numbers(900000000) WHERE sipHash64(number) = 1',
      abort_signal: leave.signal,
    });
    await untilRunning('sipHash64');
    leave.abort();
    await expect(asked).rejects.toThrow();
    await untilIdle();
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
    await (await ask('INSERT INTO notes (n, text) FORMAT CSV\n8,"c;d"\n', { headers: { 'X-ClickHouse-Key': secret } })).text();
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
      await ask('CREATE TABLE copies (n UInt32, s LowCardinality(String), a Array(String)) ENGINE = MergeTree ORDER BY n', { headers })
    ).text();
    for (const format of ['Native', 'RowBinary', 'Parquet']) {
      const bytes = await (await ask(`SELECT toUInt32(1) AS n, 'x' AS s, ['y'] AS a FORMAT ${format}`, { headers })).arrayBuffer();
      const inserted = await ask(bytes as never, { headers }, `query=${encodeURIComponent(`INSERT INTO copies FORMAT ${format}`)}`);
      expect([format, inserted.status, await inserted.text()]).toEqual([format, 200, '']);
    }
    expect(await (await ask('SELECT count(), any(s), any(a) FROM copies', { headers })).text()).toBe("3\tx\t['y']\n");
    await (await ask('DROP TABLE copies', { headers })).text();
  });
  it('only reads with GET', async () => {
    const init = { method: 'GET', body: null, headers: { 'X-ClickHouse-Key': secret } };
    expect(await (await ask('', init, 'query=SELECT+name+FROM+hidden')).text()).toBe(`${canary}\n`);
    expect(await (await ask('', init, 'query=DROP+TABLE+hidden')).text()).toMatch(/^Code: 164\. .*\(READONLY\)/);
    expect(await (await ask('', init, 'query=INSERT+INTO+hidden+FORMAT+CSV')).text()).toMatch(/^Code: 164\./);
  });
});

describe('a plain request', () => {
  it('is answered as a server answers', async () => {
    const response = await ask('SELECT 1 AS x', {}, 'query_id=mine');
    expect(await response.text()).toBe('1\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/tab-separated-values; charset=UTF-8',
      'x-clickhouse-query-id': 'mine',
      'x-clickhouse-format': 'TabSeparated',
      'x-clickhouse-timezone': expect.any(String),
      'x-clickhouse-server-display-name': 'beaconhouse',
      'x-clickhouse-summary': expect.stringContaining('"read_rows"'),
      'x-clickhouse-exception-tag': expect.stringMatching(/^[a-z]{16}$/),
    });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
  it.each([
    ['SELECT 1 AS x FORMAT JSONEachRow', '', '{"x":1}\n'],
    ['SELECT 1 AS x', 'default_format=CSVWithNames', '"x"\n1\n'],
    ['SELECT 1 AS x FORMAT CSV;', 'default_format=JSON', '1\n'],
    ['', 'query=SELECT+2', '2\n'],
    [' + 1', 'query=SELECT+2', '3\n'],
    ['SELECT {x:String}', 'param_x=a%5Ctb', 'a\\tb\n'],
    ['SELECT count() FROM rum', 'session_id=s&database=default', '200\n'],
    ['SELECT 1 FORMAT Null', '', ''],
    ['SELECT name FROM rum WHERE 0 LIMIT 1', 'x=1', /Code: 164.*'x'.*\(READONLY\)/],
    ['SELECT 1', 'database=other', /Code: 81\./],
    ['SELECT 1 FORMAT Template', '', /Code: 73\./],
    ['SELECT number FROM numbers(20000)', '', /Code: 396\..*\(TOO_MANY_ROWS_OR_BYTES\)/],
    ['SELECT number FROM numbers(20)', 'max_result_rows=10', /Code: 396\./],
    ['SELECT number FROM numbers(3)', 'limit=1', '0\n'],
    ['SELECT toUInt64(1) AS x FORMAT JSONEachRow', 'output_format_json_quote_64bit_integers=1', '{"x":"1"}\n'],
    ['SELECT * FROM hidden', '', /Code: 497\..*\(ACCESS_DENIED\)/],
    ['INSERT INTO hidden VALUES (1)', '', /Code: 497\./],
  ])('%s %s', async (sql, parameters, expected) => {
    const text = await (await ask(sql, {}, parameters)).text();
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });
  it.each([
    ['half a question', 400, '62', 'SELECT'],
    ['an unknown column', 404, '47', 'SELECT nope'],
    ['an unknown function', 404, '46', 'SELECT nope()'],
    ['an unknown table', 404, '60', 'SELECT * FROM nope'],
    ['a hidden table', 403, '497', 'SELECT * FROM hidden'],
    ['an unreadable date', 400, '38', "SELECT toDate('x')"],
    ['a thrown error', 500, '395', 'SELECT throwIf(1)'],
    ['an unknown format', 404, '73', 'SELECT 1 FORMAT Nope'],
    ['a long question', 400, '62', `SELECT '${'x'.repeat(300_000)}'`],
    ['a long body', 413, '229', 'x'.repeat(2 ** 20 + 1)],
  ])('%s fails with %d and its code', async (_, status, code, sql) => {
    const response = await ask(sql);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([status, code]);
    expect(await response.text()).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]*\\([A-Z_]+\\) \\(version 26\\.`));
  });
  it('waits for the end where it is asked to, and then knows how many rows there are', async () => {
    const response = await ask('SELECT number FROM numbers(1000)', {}, 'wait_end_of_query=1');
    expect(JSON.parse(response.headers.get('x-clickhouse-summary')!)).toMatchObject({ result_rows: '1000' });
    const late = await ask(
      'SELECT throwIf(number = 150000) FROM numbers(200000)',
      { headers: { 'X-ClickHouse-Key': secret } },
      'wait_end_of_query=1',
    );
    expect(late.status).toBe(500);
    await late.text();
  });
  it('tells its progress in headers, and then the answer or the error', async () => {
    const parameters = 'send_progress_in_http_headers=1&default_format=JSONEachRow&max_block_size=1&max_threads=1';
    const slowly = (last: string) => `SELECT sum(sleepEachRow(0.05)) AS s, ${last} FROM numbers(20)`;
    for (const encoding of ['identity', 'gzip']) {
      const headers = { 'X-ClickHouse-Key': secret, 'Accept-Encoding': encoding };
      const response = await ask(slowly('count() AS n'), { headers }, parameters);
      expect(response.headers.get('x-clickhouse-progress')).toMatch(/^\{"read_rows":"\d+","read_bytes":"\d+","total_rows_to_read":"20"/);
      expect(await response.text()).toBe('{"s":0,"n":20}\n');
    }
    const failed = await ask(slowly('max(throwIf(number = 19))'), { headers: { 'X-ClickHouse-Key': secret } }, parameters);
    expect([failed.status, failed.headers.get('x-clickhouse-exception-code')]).toEqual([200, '395']);
    expect(await failed.text()).toMatch(/^Code: 395\./);
    expect((await ask('SELECT nope', {}, 'send_progress_in_http_headers=1')).status).toBe(404);
  });
  it('may be compressed both ways', async () => {
    const response = await ask(gzipSync('SELECT 7') as never, { headers: { 'Content-Encoding': 'gzip', 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe('7\n');
    expect(await (await ask('SELECT 7', { headers: { 'Content-Encoding': 'gzip' } })).text()).toMatch(/Code: 36\./);
    expect(await (await ask('SELECT 7', { headers: { 'Content-Encoding': 'lzma' } })).text()).toMatch(/Code: 48\./);
    expect(await (await ask('SELECT 7', {}, 'compress=1')).text()).toMatch(/Code: 48\..*LZ4/);
    expect((await ask(gzipSync(Buffer.alloc(50 * 2 ** 20)) as never, { headers: { 'Content-Encoding': 'gzip' } })).status).toBe(413);
  });
  it('has health checks', async () => {
    for (const path of ['/', '/ping', '/replicas_status']) expect(await (await fetch(base + path)).text()).toBe('Ok.\n');
    expect((await fetch(`${base}/play`)).status).toBe(404);
    expect((await fetch(base, { method: 'OPTIONS' })).status).toBe(405);
  });
});

describe('a failure behind the first bytes', () => {
  it.each(['identity', 'gzip'])('is marked at the end and the connection is cut: %s', async (encoding) => {
    const { headers, body, complete } = await raw(`SELECT throwIf(number = 300000, 'too far') FROM numbers(1000000) FORMAT TSV`, {
      'X-ClickHouse-Key': secret,
      'Accept-Encoding': encoding,
    });
    const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString();
    const tag = headers['x-clickhouse-exception-tag'] as string;
    const message = /Code: 395\. [\s\S]*\n/.exec(text)![0].split(/\d+ [a-z]{16}\r\n/)[0]!;
    expect(text.endsWith(`\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`)).toBe(true);
    expect(complete).toBe(false);
  });
});

describe('Native for clients of the native protocol', () => {
  const bytesOf = async (sql: string, revision: number) =>
    Buffer.from(await (await ask(sql, {}, `default_format=Native&client_protocol_version=${revision}`)).arrayBuffer()).toString('latin1');
  it('has a header before every block', async () => {
    expect(await bytesOf('SELECT 1 AS check', 54_405)).toBe('\x01\x00\x02\xff\xff\xff\xff\x00\x01\x01\x05check\x05UInt8\x01');
    expect((await bytesOf('SELECT number FROM numbers(9) SETTINGS x = 1', 54_405)).slice(0, 4)).toBe('Code');
    expect((await bytesOf('SELECT 1 UNION ALL SELECT 2', 54_405)).split('\x01\x00\x02\xff\xff\xff\xff\x00').length).toBe(3);
  });
  it('starts with the hello of clickhouse-go', async () => {
    const hello = await bytesOf('SELECT displayName(), version(), revision(), timezone()', 54_460);
    expect(hello).toContain('\x04\x01\x0ddisplayName()\x06String\x00\x0bbeaconhouse');
    expect(hello).toContain('revision()\x06UInt32\x00\xb5\xd4\x00\x00');
  });
});

describe('who may ask', () => {
  const status = async (headers: Record<string, string>, parameters = '', sql = 'SELECT 1') =>
    (await ask(sql, { headers }, parameters)).status;
  const basic = (password: string) => ({ Authorization: `Basic ${Buffer.from(`default:${password}`).toString('base64')}` });
  it('anybody on loopback, for open tables', async () => {
    expect(await status({})).toBe(200);
    expect(await status(basic(''))).toBe(200);
  });
  it('nobody with a wrong password', async () => {
    expect(await status(basic('wrong'))).toBe(403);
    expect(await status({ 'X-ClickHouse-Key': `${secret}x` })).toBe(403);
    expect(await status({}, 'password=wrong')).toBe(403);
  });
  it('a token reads and does not write', async () => {
    const hidden = 'SELECT * FROM hidden';
    for (const headers of [basic(token), { 'X-ClickHouse-User': 'x', 'X-ClickHouse-Key': token }, { Authorization: `Bearer ${token}` }]) {
      expect([await status(headers), await status(headers, '', hidden)]).toEqual([200, 403]);
    }
    expect(await status({}, `user=x&password=${token}`)).toBe(200);
    expect(await status(basic(secret), '', hidden)).toBe(200);
  });
  it('a token is needed beyond loopback', async () => {
    const wide = await open({ host: '0.0.0.0' });
    const there = `${wide.base}/?query=SELECT+1`;
    const without = await fetch(there);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="beaconhouse"']);
    expect(await without.text()).toMatch(/Code: 194\..*\(REQUIRED_PASSWORD\)/);
    expect((await fetch(there, { headers: basic(token) })).status).toBe(200);
    expect((await fetch(`${wide.base}/ping`)).status).toBe(200);
    await wide.close();
  });
  it.each([
    { Host: 'evil.example' },
    { Host: 'localhost.evil.example:8123' },
    { Host: '169.254.169.254' },
    { Origin: 'https://evil.example' },
    { Origin: 'http://localhost:8080' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('no web page of another site: %j', async (headers) => {
    expect((await raw('SELECT 1', headers as Record<string, string>)).status).toBe(403);
  });
  it.each([{ Host: 'localhost:1' }, { Host: '[::1]' }, { 'Sec-Fetch-Site': 'none' }, { 'Sec-Fetch-Site': 'same-origin' }])(
    'this machine itself: %j',
    async (headers) => {
      expect((await raw('SELECT 1', headers as Record<string, string>)).status).toBe(200);
    },
  );
});

describe('a query of death', () => {
  it.each([
    ['a trillion numbers', 'SELECT sum(number) FROM numbers(1000000000000)', '158'],
    ['an endless table', 'SELECT count() FROM system.numbers WHERE sipHash64(number) = 1', '159'],
    ['a cartesian product', 'SELECT count() FROM numbers(1000000) AS a, numbers(1000000) AS b WHERE a.number + b.number = 3', '159'],
    ['a huge array', 'SELECT length(groupArray(toString(number))) FROM numbers(900000000)', /241|159/],
    ['many groups', 'SELECT toString(number) AS k, count() FROM numbers(900000000) GROUP BY k LIMIT 1', /241|159/],
    ['a long array', 'SELECT length(range(100000000000))', /./],
    ['endless recursion', 'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t', /./],
  ])('ends within its limits: %s', async (_, sql, code) => {
    const response = await ask(sql);
    await response.text();
    expect(response.headers.get('x-clickhouse-exception-code')).toMatch(code);
  });
  it('leaves memory for inserts', async () => {
    const greedy = 'SELECT groupArray(toString(number)), groupUniqArray(number) FROM numbers(900000000) FORMAT Null';
    let left = 4;
    const questions = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 3; round += 1) await (await ask(greedy)).text();
      left -= 1;
    });
    const outcomes: number[] = [];
    while (left > 0) {
      const inserted = await ask(`INSERT INTO other.rum FORMAT CSV\n${'x\n'.repeat(10_000)}`, { headers: { 'X-ClickHouse-Key': secret } });
      outcomes.push(inserted.status);
      await inserted.text();
    }
    await Promise.all(questions);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter((status) => status !== 200)).toEqual([]);
  });
  it('does not hold up an insert, and the queue behind it is bounded', async () => {
    const short = await open({ limits: { seconds: 1 } });
    const slow = 'SELECT count() FROM numbers(900000000) WHERE sipHash64(number) = 1';
    const questions = Array.from({ length: 22 }, () =>
      fetch(short.base, { method: 'POST', body: slow }).then(async (response) => [response.status, (await response.text()).slice(0, 9)]),
    );
    await untilRunning('sipHash64');
    let settled = 0;
    for (const question of questions) void question.then(() => (settled += 1));
    const inserted = await ask('INSERT INTO other.rum FORMAT CSV\nx\n', { headers: { 'X-ClickHouse-Key': secret } });
    expect([inserted.status, settled < 22]).toEqual([200, true]);
    const answers = await Promise.all(questions);
    expect(answers.filter(([status]) => status === 429)).toEqual([
      [429, 'Code: 202'],
      [429, 'Code: 202'],
    ]);
    expect(answers.filter(([status]) => status === 408 || status === 200).length).toBe(20);
    await short.close();
  });
});

describe('a failure of the house', () => {
  it('is told to the log in full, and to the asker as an id', async () => {
    const failing = { ...test.engine, version: test.engine.version, query: (query: EngineQuery) => test.engine.query(query) };
    const lost = async function* () {
      yield* [];
      throw new EngineError('/secret/path: disk is gone', 75, 'CANNOT_WRITE_TO_FILE_DESCRIPTOR');
    };
    const broken = await open({ engine: Object.assign(failing, { stream: lost }) as unknown as Engine });
    reported.splice(0);
    const answer = await fetch(`${broken.base}/?query=SELECT+1`);
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringMatching(/^Code: 75\. DB::Exception: Something went wrong here; the log has it under [-0-9a-f]{36}\./),
    ]);
    expect(reported).toMatchObject([{ message: '/secret/path: disk is gone' }]);
    await broken.close();
  });
});

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** False where the body was cut off. */
  readonly complete: boolean;
}

/** A request whose headers may say anything. */
function raw(sql: string, headers: Record<string, string>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(base, { method: 'POST', headers }, (response) => {
      const pieces: Buffer[] = [];
      const done = () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces), complete: response.complete });
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
      response.on('close', done);
    });
    sent.on('error', reject).end(sql);
  });
}

async function running(): Promise<string[]> {
  const { bytes } = await test.engine.query({
    sql: "SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'",
    format: 'TSVRaw',
  });
  return Buffer.from(bytes).toString().trim().split('\n').filter(Boolean);
}

async function untilRunning(part: string): Promise<void> {
  while (!(await running()).some((query) => query.includes(part)));
}

async function untilIdle(): Promise<void> {
  while ((await running()).length > 0);
}
