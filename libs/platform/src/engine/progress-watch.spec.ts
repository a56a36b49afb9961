import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from './chdb-engine.ts';
import type { EngineProgress } from './engine.ts';

let dataDir: string;
let engine: ChdbEngine;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-progress-'));
  engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
});
afterAll(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

it.each(['JSON', 'JSONEachRow'])('tells how far a running query is: %s', async (format) => {
  const enough = new AbortController();
  const told: EngineProgress[] = [];
  const onProgress = (progress: EngineProgress) => {
    if (told.push(progress) === 3) enough.abort(new Error('enough'));
  };
  const sql = 'SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1';
  const all = async () => {
    for await (const _ of engine.stream({ sql, format, onProgress, signal: enough.signal }));
  };
  await expect(all()).rejects.toThrow('enough');
  expect(told.at(-1)!.readRows).toBeGreaterThan(told[0]!.readRows);
  expect(told.at(-1)!.totalRows).toBe(100_000_000_000);
});
