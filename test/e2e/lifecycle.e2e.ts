import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BeaconScript } from '../chaos/beacon-script.ts';
import { KeepAliveConnection } from '../load/keep-alive-connection.ts';
import { StandaloneProcess } from './standalone-process.ts';

const entry = join(import.meta.dirname, '../../dist/apps/standalone/src/main.js');

describe('the product as a process', () => {
  let product: StandaloneProcess;
  afterEach(() => product.dispose());

  function startSecond(variables: Record<string, string>) {
    const env = {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      BEACONHOUSE_PORT: '0',
      BEACONHOUSE_SQL_PORT: '0',
      BEACONHOUSE_OTLP_PORT: '0',
      BEACONHOUSE_DD_AGENT_PORT: '0',
      ...variables,
    };
    return spawnSync(process.execPath, [entry], { env, encoding: 'utf8', timeout: 30_000 });
  }

  it('refuses a data folder that another process holds, and says who', async () => {
    product = await StandaloneProcess.start();
    const second = startSecond({ BEACONHOUSE_DATA_DIR: product.dataDir });
    expect([second.status, second.stderr]).toEqual([2, expect.stringContaining(`in use by process ${product.child.pid}`)]);
    expect((await fetch(`${product.http}/health/ready`)).ok).toBe(true);
  });

  it('says which port is taken and which variable changes it', async () => {
    product = await StandaloneProcess.start();
    const elsewhere = `${product.dataDir}/other`;
    const second = startSecond({ BEACONHOUSE_DATA_DIR: elsewhere, BEACONHOUSE_PORT: String(product.ports.http) });
    expect([second.status, second.stderr]).toEqual([2, expect.stringMatching(/port \d+ on 127.0.0.1 is taken.*BEACONHOUSE_PORT/)]);
  });

  it('names every setting that is wrong', async () => {
    product = await StandaloneProcess.start();
    const second = startSecond({ BEACONHOUSE_PORT: 'eighty', BEACONHOUSE_MODE: 'both' });
    expect([second.status, second.stderr]).toEqual([2, expect.stringMatching(/BEACONHOUSE_MODE[\s\S]*BEACONHOUSE_PORT/)]);
  });

  it('stops on SIGTERM though a client never finishes its request, and keeps what it acknowledged', async () => {
    product = await StandaloneProcess.start();
    const script = new BeaconScript(Date.now(), 1);
    const serials = Array.from({ length: 50 }, (_, n) => n);
    const connection = new KeepAliveConnection(product.ports.http);
    const statuses = [];
    for (const n of serials) statuses.push(await connection.exchange(script.requestOf(n, Date.now())));
    connection.close();
    const half = connect(product.ports.http, '127.0.0.1');
    half.on('error', () => undefined);
    await once(half, 'connect');
    half.write('POST /api/rum-metrics HTTP/1.1\r\nhost: ');
    await product.kill('SIGTERM');
    expect(product.child.exitCode).toBe(0);
    product = await StandaloneProcess.start({ dataDir: product.dataDir });
    await product.whenLoaded();
    const [stored] = await product.ask<{ events: string }>('SELECT count() AS events FROM rum_events');
    expect(Number(stored?.events)).toBe(serials.reduce((sum, n) => sum + script.countOf(n), 0));
    expect(new Set(statuses)).toEqual(new Set([204]));
  });
});
