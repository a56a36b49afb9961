import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { numberedBlock } from './test-rows.contract.ts';

const rounds = 6;
const program = fileURLToPath(new URL('./killed-inserts-process.contract.ts', import.meta.url));
const flags = ['--experimental-transform-types', '--conditions=source', '--disable-warning=ExperimentalWarning'];
let dataDir: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-killed-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** Inserts from block `first` on until the kill; returns the block that was being inserted. */
async function insertUntilKilled(first: number, killAfterMs: number): Promise<number> {
  child = spawn(process.execPath, [...flags, program, dataDir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.on('data', (piece) => {
    said += piece;
  });
  await once(child.stdout!, 'data');
  await setTimeout(killAfterMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  return Number(said.trim().split('\n').at(-1));
}

async function counts(warehouse: EmbeddedWarehouse) {
  const [row] = await warehouse.ask({
    sql: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(src_offset, src_index)) AS names, toUInt32(countIf(counted = 1)) AS counted,
      toUInt32((SELECT sum(n) FROM rum_1m)) AS minutes, toUInt32((SELECT sum(n) FROM rum_1h)) AS hours FROM rum_events`,
  });
  return row;
}

it(`a block repeated after kill -9 is stored once, in every rollup too, ${rounds} times over`, async () => {
  let first = 0;
  for (let round = 0; round < rounds; round += 1) {
    // Spread evenly over the time of a few inserts; which moment each kill hits is up to the machine.
    const last = await insertUntilKilled(first, 10 + round * 37);
    const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
    for (const number of [Math.max(0, last - 1), last]) await warehouse.insert(numberedBlock(number));
    const blocks = last + 1;
    expect(await counts(warehouse)).toEqual({
      rows: blocks * 100,
      names: blocks * 100,
      counted: blocks * 90,
      minutes: blocks * 90,
      hours: blocks * 90,
    });
    await warehouse.close();
    first = blocks;
  }
});
