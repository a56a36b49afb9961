import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlGuard } from './sql-guard.ts';
import { SqlPortRig, secret, token } from './sql-port-rig.contract.ts';

let rig: SqlPortRig;

beforeAll(async () => {
  rig = await SqlPortRig.open();
});
afterAll(() => rig.close());

describe('who may ask', () => {
  const status = async (headers: Record<string, string>, parameters = '', sql = 'SELECT 1') =>
    (await rig.ask(sql, { headers }, parameters)).status;
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
    const wide = await rig.openPort({ host: '0.0.0.0' });
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
    expect((await rig.raw('SELECT 1', headers as Record<string, string>)).status).toBe(403);
  });
  it.each([{ Host: 'localhost:1' }, { Host: '[::1]' }, { 'Sec-Fetch-Site': 'none' }, { 'Sec-Fetch-Site': 'same-origin' }])(
    'this machine itself: %j',
    async (headers) => {
      expect((await rig.raw('SELECT 1', headers as Record<string, string>)).status).toBe(200);
    },
  );
});

describe('a failure of the house', () => {
  it('is told to the log in full, and to the asker as an id', async () => {
    const { engine, dataDir } = rig.test;
    for (const sql of [
      'CREATE TABLE broken (n UInt64) ENGINE = MergeTree ORDER BY n',
      'INSERT INTO broken SELECT number FROM numbers(100)',
    ]) {
      await engine.query({ sql, format: 'Null' });
    }
    const { bytes } = await engine.query({ sql: "SELECT path FROM system.parts WHERE table = 'broken'", format: 'TSVRaw' });
    await rm(join(Buffer.from(bytes).toString().trim(), 'data.bin'));
    const port = await rig.openPort({ guard: new SqlGuard({ engine, tables: ['broken'] }) });
    const answer = await fetch(`${port.base}/?query=SELECT+sum(n)+FROM+broken`);
    const text = await answer.text();
    expect(text).toMatch(/^Code: \d+\. DB::Exception: Something went wrong here; the log has it under [-0-9a-f]{36}\. \([A-Z_]+\)/);
    expect(text).not.toContain(dataDir);
    expect(String(rig.reported[0])).toContain(dataDir);
    await port.close();
  });
});
