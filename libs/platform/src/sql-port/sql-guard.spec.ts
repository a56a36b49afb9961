import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EngineError } from '../engine/engine.ts';
import { allowedAggregateFunctions, allowedFunctions } from './allowed-functions.ts';
import { analystQuestions } from './analyst-questions.contract.ts';
import { askFacts } from './engine-facts.ts';
import { hostileGrammar } from './hostile-grammar.contract.ts';
import { type HostileTargets, hostileQuestions } from './hostile-questions.contract.ts';
import { SqlGuard } from './sql-guard.ts';
import { canary, openTestEngine, type TestEngine } from './sql-test-engine.contract.ts';

let test: TestEngine;
let guard: SqlGuard;
let folder: string;
let listener: Server;
let connections = 0;
let targets: HostileTargets;
let twin: string;

beforeAll(async () => {
  test = await openTestEngine();
  guard = new SqlGuard({ engine: test.engine });
  folder = await mkdtemp(join(tmpdir(), 'beaconhouse-canary-'));
  listener = createServer((_request, response) => response.end(canary)).on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  targets = { file: join(folder, 'canary.txt'), url: `http://127.0.0.1:${port}`, outfile: join(folder, 'written.csv') };
  await writeFile(targets.file, canary);
  // A file system that keeps access times notes the next read of a file whose last read is older than its last write.
  await utimes(targets.file, new Date(0), new Date());
  twin = join(await mkdtemp(join(tmpdir(), 'beaconhouse-canary-twin-')), 'twin.txt');
  await writeFile(twin, canary);
});
afterAll(async () => {
  listener.close();
  await rm(folder, { recursive: true, force: true });
  await rm(dirname(twin), { recursive: true, force: true });
  await test.close();
});

async function answer(sql: string, params: Record<string, unknown> = {}): Promise<string> {
  const checked = await guard.check({ sql, params });
  const { bytes } = await test.engine.query({ sql: checked.sql, params, format: 'TSV', settings: { max_execution_time: 10, readonly: 1 } });
  return Buffer.from(bytes).toString();
}

async function refusal(sql: string, params: Record<string, unknown> = {}): Promise<unknown> {
  return answer(sql, params).catch((error: unknown) => error);
}

describe('an analyst may ask', () => {
  it.each(analystQuestions)('%s', async (sql) => {
    await expect(answer(sql)).resolves.toEqual(expect.any(String));
  });
});

describe('hostile SQL', () => {
  it('is refused, with a code, and reaches no file, no port and no hidden row', async () => {
    const passed: string[] = [];
    for (const sql of hostileQuestions(targets)) {
      const outcome = await refusal(sql);
      if (!(outcome instanceof EngineError) || outcome.code === 0) passed.push(`${sql} => ${String(outcome)}`);
      expect(String(outcome)).not.toContain(canary);
    }
    expect(passed).toEqual([]);
    expect(connections).toBe(0);
    expect(await readdir(folder)).toEqual(['canary.txt']);
    expect(await readNoted()).toBe(false);
  });
  it('would reach them without the guard', async () => {
    const unguarded = async (sql: string) =>
      Buffer.from((await test.engine.query({ sql, format: 'TSV' })).bytes)
        .toString()
        .trim();
    expect(await unguarded(`SELECT * APPLY(file) FROM (SELECT '${twin}' AS x)`)).toBe(canary);
    expect(await unguarded(`SELECT arrayMap(file, ['${twin}'])[1]`)).toBe(canary);
    expect(await unguarded(`SELECT * FROM url('${targets.url}', 'LineAsString')`)).toBe(canary);
    expect(connections).toBeGreaterThan(0);
    connections = 0;
  });
  it.each([
    ['SELECT * FROM {t:Identifier}', { t: 'hidden' }],
    ['SELECT * FROM {d:Identifier}.{t:Identifier}', { d: 'other', t: 'rum' }],
    ['SELECT * FROM {d:Identifier}.{t:Identifier}', { d: 'system', t: 'columns' }],
    ["SELECT 'x' IN {t:Identifier}", { t: 'hidden' }],
    ['SELECT arrayMap({f:Identifier}, [3])', { f: 'sleep' }],
  ])('cannot hide in a parameter: %s %j', async (sql, params) => {
    expect(await refusal(sql, params)).toMatchObject({ name: 'EngineError', code: 497 });
  });
});

it('takes a name that looks like a piece of the syntax tree for a name', async () => {
  const name = "rum (children 1)\n       Literal 'x'";
  expect(await refusal('SELECT * FROM {t:Identifier}', { t: name })).toMatchObject({ codeName: 'UNKNOWN_TABLE' });
});

describe('random SQL', () => {
  it('is answered from open tables or refused', async () => {
    const sql = hostileGrammar({ file: targets.file, url: targets.url });
    const outcomes = { answered: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(sql, async (text) => {
        const outcome = await refusal(text);
        if (typeof outcome !== 'string' && !(outcome instanceof EngineError)) throw outcome;
        if (typeof outcome === 'string') outcomes.answered += 1;
        if (outcome instanceof EngineError && outcome.code === 497) outcomes.refused += 1;
        expect(String(outcome)).not.toContain(canary);
        expect(connections).toBe(0);
      }),
      { numRuns: 400 },
    );
    expect(Math.min(outcomes.answered, outcomes.refused)).toBeGreaterThan(5);
    expect(await readNoted()).toBe(false);
  });
});

describe('a question of 256 KiB', () => {
  const filled = (head: string, piece: string, tail: string) =>
    `${head}${piece.repeat(Math.floor((256 * 1024 - head.length - tail.length) / piece.length))}${tail}`;
  it.each([
    ['one string', filled("SELECT '", 'x', "'")],
    ['a string that looks like a node', filled("SELECT '", ' (alias (children 1)', "'")],
    ['one alias', filled('SELECT 1 AS `', ' (alias ', '`')],
    ['brackets', filled('SELECT ', '(', '1')],
    ['APPLY', filled('SELECT * ', 'APPLY sum ', 'FROM rum')],
    ['terms', filled('SELECT 1', '+1', '')],
    ['one function name', filled('SELECT sum', 'If', '(1)')],
    ['comment openings', filled('SELECT 1 ', '/*', '')],
    ['more than that', filled("SELECT '", 'x', "'  ")],
  ])('is answered or refused: %s', async (_, sql) => {
    const outcome = await refusal(sql);
    expect(typeof outcome === 'string' || outcome instanceof EngineError).toBe(true);
  });
});

describe('parameters', () => {
  it('take values, and names of open tables', async () => {
    expect(await answer('SELECT count() FROM {t:Identifier} WHERE metric = {m:String}', { t: 'rum', m: 'LCP' })).toBe('50\n');
  });
});

describe('the catalogue', () => {
  const open = 'alert_notices\nalerts\nbudget_checks\ndeploys\nfindings\nforwarded\nledger\nlogs\npoints\nrum\nspans\nsynthetic\n';
  it.each([
    ['SHOW DATABASES', 'default\n'],
    ['show tables', open],
    ['SHOW TABLES FROM "default"', open],
    ["SHOW TABLES LIKE 'r%'", 'rum\n'],
    ['SHOW TABLES FROM other', ''],
    ['SELECT name FROM system.tables ORDER BY name', open],
    ['SELECT name FROM `system`.`tables` AS t ORDER BY t.name', open],
    ['SELECT DISTINCT table FROM system.columns ORDER BY table', open],
    ["SELECT count() FROM system.tables WHERE name = 'hidden'", '0\n'],
    ['EXISTS rum', '1\n'],
    ['EXISTS TABLE default.rum', '1\n'],
    ['EXISTS TABLE hidden', '0\n'],
    ['EXISTS TABLE other.rum', '0\n'],
  ])('%s tells open tables only', async (sql, expected) => {
    expect(await answer(sql)).toBe(expected);
  });
  it('describes an open table in the seven columns of a server', async () => {
    const lines = (await answer('DESC TABLE "default"."deploys"')).slice(0, -1).split('\n');
    expect(lines.map((line) => line.split('\t').length)).toEqual(lines.map(() => 7));
    expect(lines[0]).toMatch(/^project\tLowCardinality\(String\)/);
  });
});

describe('functions', () => {
  it('that the engine has and the list has not are refused in every spelling', async () => {
    const { functions } = await askFacts(test.engine);
    const { bytes } = await test.engine.query({ sql: 'SELECT name FROM system.functions', format: 'TSV' });
    const listed = new Set([...allowedFunctions, ...allowedAggregateFunctions]);
    const unlisted = Buffer.from(bytes)
      .toString()
      .trim()
      .split('\n')
      .filter((name) => !listed.has(name));
    expect(unlisted.length).toBeGreaterThan(200);
    expect(unlisted.filter((name) => functions.allows(name) || functions.allows(name.toLowerCase()))).toEqual([]);
  });
});

describe('the checked question', () => {
  it('keeps the format and drops its clause', async () => {
    const { sql, format } = await guard.check({ sql: 'SELECT 1 AS x FORMAT JSONEachRow;', params: {} });
    expect({ sql, format }).toEqual({ sql: 'SELECT * FROM (SELECT 1 AS x ) LIMIT 10001', format: 'JSONEachRow' });
  });
  it('keeps order, totals and names', async () => {
    const { sql } = await guard.check({
      sql: 'SELECT metric, count() FROM rum GROUP BY metric WITH TOTALS ORDER BY metric DESC',
      params: {},
    });
    const { bytes } = await test.engine.query({ sql, format: 'JSONCompact' });
    const { meta, data, totals } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown[][]>;
    expect(meta).toMatchObject([{ name: 'metric' }, { name: 'count()' }]);
    expect(data!.map(([metric]) => metric)).toEqual(['mcp-tool-execution', 'LCP', 'INP', 'CLS']);
    expect(totals![1]).toBe(200);
  });
});

/** True where the canary file was read; on file systems that keep no access times it cannot tell. */
async function readNoted(): Promise<boolean> {
  return (await stat(targets.file)).atimeMs !== 0;
}
