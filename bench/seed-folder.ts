import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const command = join(import.meta.dirname, '../dist/apps/cli/src/main.js');

/** Fills a data folder by the product's own `beaconhouse seed`; returns rows a second. */
export async function seedFolder(dataDir: string, { days, rows }: { days: number; rows: number }): Promise<number> {
  await mkdir(dataDir, { recursive: true });
  const env = { ...process.env, UV_THREADPOOL_SIZE: '16', BEACONHOUSE_DATA_DIR: dataDir, BEACONHOUSE_CONFIG: join(dataDir, 'none.yml') };
  const began = performance.now();
  const child = spawn(process.execPath, [command, 'seed', '--days', `${days}`, '--rows', `${rows}`, '--json'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`beaconhouse seed ended with ${code}`);
  return rows / ((performance.now() - began) / 1_000);
}
