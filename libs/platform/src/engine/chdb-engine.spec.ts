import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from './chdb-engine.ts';
import { type EngineError, type EngineQuery, EscapedParameter } from './engine.ts';

/** Takes minutes unless it is ended. */
const endless = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)';
let dataDir: string;
let engine: ChdbEngine;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-engine-'));
  engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
});
afterAll(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(sql: string, more: Partial<EngineQuery> = {}): Promise<string> {
  const { bytes } = await engine.query({ sql, format: 'TSV', ...more });
  return Buffer.from(bytes).toString().trimEnd();
}

async function streamed(sql: string, more: Partial<EngineQuery> = {}): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of engine.stream({ sql, format: 'TSV', ...more })) pieces.push(piece);
  return Buffer.concat(pieces).toString().trimEnd();
}

/** Queries that run now, besides the one that asks. */
async function running(): Promise<string> {
  return ask("SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%' AND query NOT LIKE 'KILL%'");
}

async function untilRunning(wanted: number): Promise<void> {
  while ((await running()).split('\n').filter(Boolean).length !== wanted) await setImmediate();
}

describe('parameters', () => {
  const hostile = ["'; DROP TABLE t --", 'a\\b', 'a\tb\nc\rd\0e', '\\N', '', '{y:String}', "\\'", 'é😀'];
  it.each(hostile)('come back as the text they are: %j', async (text) => {
    const params = { x: text, xs: [text], m: new Map([[text, text]]) };
    const sql = 'SELECT {x:String} AS x, {xs:Array(String)} AS xs, {m:Map(String, String)} AS m';
    const expected = { x: text, xs: [text], m: { [text]: text } };
    expect(JSON.parse(await ask(sql, { params, format: 'JSONEachRow' }))).toEqual(expected);
    expect(JSON.parse(await streamed(sql, { params, format: 'JSONEachRow' }))).toEqual(expected);
  });

  it.each([
    ['UInt64', 18_446_744_073_709_551_615n, '18446744073709551615'],
    ['Float64', -0.5, '-0.5'],
    ['Float64', Number.NEGATIVE_INFINITY, '-inf'],
    ['Bool', true, 'true'],
    ['Nullable(String)', null, '\\N'],
    ["DateTime64(3, 'UTC')", new Date(1_700_000_000_123), '2023-11-14 22:13:20.123'],
    ['Array(UInt8)', [1, 2], '[1,2]'],
    ['Array(Array(Nullable(String)))', [['a'], [null]], "[['a'],[NULL]]"],
    ['Map(String, UInt8)', { a: 1 }, "{'a':1}"],
    ['Array(UInt8)', new EscapedParameter('[3]'), '[3]'],
    ['String', new EscapedParameter('a\\tb'), 'a\\tb'],
  ])('of type %s take %p', async (type, value, text) => {
    expect(await ask(`SELECT {v:${type}}`, { params: { v: value } })).toBe(text);
  });

  it('name tables and columns too', async () => {
    expect(await ask('SELECT {c:Identifier} FROM system.one', { params: { c: 'dummy' } })).toBe('0');
  });

  it('do not mix when many queries run at once', async () => {
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`);
    const one = (x: string, index: number) => (index % 2 ? ask : streamed)('SELECT {x:String} FROM numbers(2)', { params: { x } });
    expect(await Promise.all(values.map(one))).toEqual(values.map((x) => `${x}\n${x}`));
  });

  it('are refused under a name that is none', async () => {
    await expect(ask('SELECT 1', { params: { "x = 1, max_threads = '1": 1 } })).rejects.toMatchObject({
      codeName: 'UNKNOWN_QUERY_PARAMETER',
    });
  });
});

describe('settings', () => {
  it('hold for one query only', async () => {
    expect(await ask("SELECT getSetting('max_threads')", { settings: { max_threads: 1 } })).toBe('1');
    expect(await ask("SELECT getSetting('max_threads')")).not.toBe('1');
    expect(await streamed("SELECT getSetting('max_threads')", { settings: { max_threads: 1 } })).toBe('1');
    expect(await streamed("SELECT getSetting('max_threads')")).not.toBe('1');
  });

  it('of a reader are set before it may set nothing more', async () => {
    const settings = { readonly: 1, max_result_rows: 5 };
    expect(await ask('SELECT count() FROM numbers(3)', { settings })).toBe('3');
    await expect(ask('SELECT number FROM numbers(6)', { settings })).rejects.toMatchObject({ codeName: 'TOO_MANY_ROWS_OR_BYTES' });
    await expect(ask('SET max_result_rows = 0', { settings })).rejects.toMatchObject({ codeName: 'READONLY' });
    await expect(ask('CREATE TABLE t (a UInt8) ENGINE = Memory', { settings })).rejects.toMatchObject({ codeName: 'READONLY' });
  });

  it('are refused under a name that is none', async () => {
    await expect(ask('SELECT 1', { settings: { 'max_threads = 1, readonly': 0 } })).rejects.toMatchObject({ codeName: 'UNKNOWN_SETTING' });
  });
});

describe('a stream', () => {
  it.each(['TSV', 'JSONEachRow', 'CSV', 'RowBinary', 'Native', 'CSVWithNames', 'JSON', 'Parquet'])(
    'joined is the whole answer in %s',
    async (format) => {
      const sql = 'SELECT number, toString(number) AS s FROM numbers(150000) ORDER BY number';
      const pieces: Uint8Array[] = [];
      for await (const piece of engine.stream({ sql, format })) pieces.push(piece);
      const whole = Buffer.from((await engine.query({ sql, format })).bytes);
      const timeless = (bytes: Buffer) => bytes.toString('latin1').replace(/"elapsed": [\d.e-]+/, '');
      expect(timeless(Buffer.concat(pieces)) === timeless(whole)).toBe(true);
      expect(pieces.length).toBeGreaterThan(1);
    },
  );

  it.each(['SHOW TABLES', 'EXPLAIN SELECT 1', 'DESCRIBE TABLE system.one', 'SELECT 1 WHERE 0'])(
    'answers %s as a query does',
    async (sql) => {
      expect(await streamed(sql)).toBe(await ask(sql));
    },
  );

  it('ends its computation when the loop is left', async () => {
    for await (const piece of engine.stream({ sql: 'SELECT number FROM numbers(1000000000000)', format: 'TSV' })) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await untilRunning(0);
  });

  it('ends its computation when it is aborted before the first row', async () => {
    const leaving = new AbortController();
    const answer = streamed(endless, { signal: leaving.signal });
    await untilRunning(1);
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    await untilRunning(0);
  });

  it('ends its computation when it is aborted while nobody reads', async () => {
    const leaving = new AbortController();
    const stream = engine.stream({ sql: 'SELECT number FROM numbers(1000000000000)', format: 'TSV', signal: leaving.signal });
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    leaving.abort(new Error('left'));
    await untilRunning(0);
    await expect(reader.next()).rejects.toThrow('left');
  });

  it('tells an error in the middle after the rows before it', async () => {
    let rows = 0;
    const reading = (async () => {
      const sql = 'SELECT throwIf(number = 1000000) FROM numbers(2000000)';
      for await (const piece of engine.stream({ sql, format: 'TSV', settings: { max_threads: 1 } })) rows += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ codeName: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO' });
    expect(rows).toBeGreaterThan(0);
  });

  it('leaves the event loop free while the engine evaluates a subquery of it', async () => {
    let turns = 0;
    let waiting = true;
    const answer = streamed('SELECT (SELECT sum(sleepEachRow(0.2)) FROM numbers(3)) AS slow').finally(() => {
      waiting = false;
    });
    while (waiting) {
      await setImmediate();
      turns += 1;
    }
    expect(await answer).toBe('0');
    expect(turns).toBeGreaterThan(100);
  });

  it('waits when four others are open', async () => {
    const others = Array.from({ length: 4 }, () =>
      engine.stream({ sql: 'SELECT number FROM numbers(1000000000000)', format: 'TSV' })[Symbol.asyncIterator](),
    );
    await Promise.all(others.map((other) => other.next()));
    const leaving = new AbortController();
    const fifth = streamed('SELECT 1', { signal: leaving.signal });
    leaving.abort(new Error('waited in vain'));
    await expect(fifth).rejects.toThrow('waited in vain');
    await others[0]?.return?.();
    expect(await streamed('SELECT 1')).toBe('1');
    await Promise.all(others.map((other) => other.return?.()));
  });
});

describe('a query that is aborted', () => {
  it('ends its computation', async () => {
    const leaving = new AbortController();
    const answer = ask(endless, { signal: leaving.signal });
    await untilRunning(1);
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    await untilRunning(0);
  });

  it('before it began never runs', async () => {
    await expect(ask('CREATE TABLE never (a UInt8) ENGINE = Memory', { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow(
      'left',
    );
    expect(await ask("SELECT count() FROM system.tables WHERE name = 'never'")).toBe('0');
  });
});

describe('an insert', () => {
  it.each(['JSONEachRow', 'Native', 'RowBinary', 'CSVWithNames', 'Parquet', 'JSONCompactEachRowWithNames'])('takes %s', async (format) => {
    await ask('CREATE OR REPLACE TABLE taken (a UInt64, b String DEFAULT upper(toString(a))) ENGINE = Memory');
    const { bytes } = await engine.query({ sql: 'SELECT number AS a FROM numbers(3)', format });
    await engine.insert({ table: 'taken', columns: ['a'], format, bytes, settings: { async_insert: 0 } });
    expect(await ask('SELECT groupArray((a, b)) FROM taken')).toBe("[(0,'0'),(1,'1'),(2,'2')]");
    expect(await readdir(join(dataDir, 'spool'))).toEqual([]);
  });

  it.each([{ table: 't; DROP TABLE t' }, { columns: ['a) VALUES (1) --'] }, { format: "CSV' --" }, { format: 'Nope' }])(
    'is refused for %p',
    async (wrong) => {
      await ask('CREATE OR REPLACE TABLE taken (a UInt64) ENGINE = Memory');
      await expect(engine.insert({ table: 'taken', format: 'CSV', bytes: Buffer.from('1\n'), ...wrong })).rejects.toMatchObject({
        name: 'EngineError',
      });
      expect(await ask('SELECT count() FROM taken')).toBe('0');
    },
  );
});

describe('an error', () => {
  const refused = (sql: string) => ask(sql).catch((error: EngineError) => error);
  it.each([
    ['SELECT * FROM nope', 60, 'UNKNOWN_TABLE', /^Unknown table expression identifier 'nope'/],
    ['SELEC 1', 62, 'SYNTAX_ERROR', /^Syntax error/],
    ["SELECT throwIf(1, concat('Code: 1. DB::Exception: (OTHER)', ' is data'))", 395, 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO', /is data/],
  ])('of %s has its code, its name and a message without wrapping', async (sql, code, codeName, message) => {
    const error = (await refused(sql)) as EngineError;
    expect(error).toMatchObject({ name: 'EngineError', code, codeName });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/^Query failed|DB::Exception: [USV]|\(version|\([A-Z_]+\)$/);
  });
});

describe('the server', () => {
  it('bounds its memory and caches', async () => {
    const sql = `SELECT name, toUInt64(value) <= 1536 * 1024 * 1024 FROM system.server_settings
      WHERE name IN ('max_server_memory_usage', 'mark_cache_size', 'primary_index_cache_size', 'index_mark_cache_size') ORDER BY name`;
    expect(await ask(sql)).toBe('index_mark_cache_size\t1\nmark_cache_size\t1\nmax_server_memory_usage\t1\nprimary_index_cache_size\t1');
  });

  it('writes no tables about itself', async () => {
    expect(await ask("SELECT count() FROM system.tables WHERE database = 'system' AND engine LIKE '%MergeTree'")).toBe('0');
  });

  it('takes no expression for a statement, and shows no addresses of its code', async () => {
    await expect(ask('1 + 1')).rejects.toMatchObject({ codeName: 'SYNTAX_ERROR' });
    await expect(ask('SELECT addressToLine(toUInt64(1))')).rejects.toMatchObject({ codeName: 'FUNCTION_NOT_ALLOWED' });
  });
});
