import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from './chdb-engine.ts';
import { EngineError, type EngineQuery } from './engine.ts';

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

describe('parameters', () => {
  const hostile = ["'; DROP TABLE t --", 'a\\b', 'a\tb\nc\rd\0e', '\\N', '', '{y:String}', "\\'", 'é😀'];
  it.each(hostile)('come back as the data they are: %j', async (text) => {
    expect(JSON.parse(await ask('SELECT {x:String} AS x', { params: { x: text }, format: 'JSONEachRow' }))).toEqual({ x: text });
    expect(JSON.parse(await streamed('SELECT {x:Array(String)} AS x', { params: { x: [text] }, format: 'JSONEachRow' }))).toEqual({
      x: [text],
    });
  });
});

describe('settings', () => {
  it('hold for one query', async () => {
    expect(await ask("SELECT getSetting('max_threads')", { settings: { max_threads: 1 } })).toBe('1');
    expect(await ask("SELECT getSetting('max_threads')")).not.toBe('1');
  });
});

describe('a stream', () => {
  it('carries all rows', async () => {
    expect((await streamed('SELECT number FROM numbers(200000)')).split('\n').length).toBe(200_000);
  });
  it('ends its computation when the loop is left', async () => {
    for await (const piece of engine.stream({ sql: 'SELECT number FROM numbers(10000000000)', format: 'TSV' })) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await ask('SELECT count() FROM system.processes')).toBe('1');
  });
});

it('names the code of an error', async () => {
  const error = await ask('SELECT * FROM nope').catch((thrown: EngineError) => thrown);
  expect(error).toMatchObject({ code: 60, codeName: 'UNKNOWN_TABLE' });
  expect((error as EngineError).message).toMatch(/^Unknown table/);
});
