import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlPortRig, secret } from './sql-port-rig.contract.ts';

let rig: SqlPortRig;

beforeAll(async () => {
  rig = await SqlPortRig.open();
});
afterAll(() => rig.close());

describe('a plain request', () => {
  it('is answered as a server answers', async () => {
    const response = await rig.ask('SELECT 1 AS x', {}, 'query_id=mine');
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
    const text = await (await rig.ask(sql, {}, parameters)).text();
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
    const response = await rig.ask(sql);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([status, code]);
    expect(await response.text()).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]*\\([A-Z_]+\\) \\(version 26\\.`));
  });
  it('waits for the end where it is asked to, and then knows how many rows there are', async () => {
    const response = await rig.ask('SELECT number FROM numbers(1000)', {}, 'wait_end_of_query=1');
    expect(JSON.parse(response.headers.get('x-clickhouse-summary')!)).toMatchObject({ result_rows: '1000' });
    const late = await rig.ask(
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
      const response = await rig.ask(slowly('count() AS n'), { headers }, parameters);
      expect(response.headers.get('x-clickhouse-progress')).toMatch(/^\{"read_rows":"\d+","read_bytes":"\d+","total_rows_to_read":"20"/);
      expect(await response.text()).toBe('{"s":0,"n":20}\n');
    }
    const failed = await rig.ask(slowly('max(throwIf(number = 19))'), { headers: { 'X-ClickHouse-Key': secret } }, parameters);
    expect([failed.status, failed.headers.get('x-clickhouse-exception-code')]).toEqual([200, '395']);
    expect(await failed.text()).toMatch(/^Code: 395\./);
    expect((await rig.ask('SELECT nope', {}, 'send_progress_in_http_headers=1')).status).toBe(404);
  });
  it('may be compressed both ways', async () => {
    const response = await rig.ask(gzipSync('SELECT 7') as never, { headers: { 'Content-Encoding': 'gzip', 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe('7\n');
    expect(await (await rig.ask('SELECT 7', { headers: { 'Content-Encoding': 'gzip' } })).text()).toMatch(/Code: 36\./);
    expect(await (await rig.ask('SELECT 7', { headers: { 'Content-Encoding': 'lzma' } })).text()).toMatch(/Code: 48\./);
    expect(await (await rig.ask('SELECT 7', {}, 'compress=1')).text()).toMatch(/Code: 48\..*LZ4/);
    expect((await rig.ask(gzipSync(Buffer.alloc(50 * 2 ** 20)) as never, { headers: { 'Content-Encoding': 'gzip' } })).status).toBe(413);
  });
  it('has health checks', async () => {
    for (const path of ['/', '/ping', '/replicas_status']) expect(await (await fetch(rig.base + path)).text()).toBe('Ok.\n');
    expect((await fetch(`${rig.base}/play`)).status).toBe(404);
    expect((await fetch(rig.base, { method: 'OPTIONS' })).status).toBe(405);
  });
});

describe('a failure behind the first bytes', () => {
  it.each(['identity', 'gzip'])('is marked at the end and the connection is cut: %s', async (encoding) => {
    const { headers, body, complete } = await rig.raw(`SELECT throwIf(number = 300000, 'too far') FROM numbers(1000000) FORMAT TSV`, {
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
    Buffer.from(await (await rig.ask(sql, {}, `default_format=Native&client_protocol_version=${revision}`)).arrayBuffer()).toString(
      'latin1',
    );
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
