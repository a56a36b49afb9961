import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openChdbEngine, SystemClock } from '#platform';
import { SqlGuard } from '../../libs/platform/src/sql-port/sql-guard.ts';
import { exampleQuestions } from '../../libs/report/src/documentation/example-questions.ts';
import { StandaloneProcess } from './standalone-process.ts';

const command = join(import.meta.dirname, '../../apps/cli/bin/beaconhouse.mjs');

/** The command as people run it, from a folder of its own. */
async function beaconhouse(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [command, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (piece) => (parts[name] += piece));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...parts };
}

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-seed-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));

/** What the hourly jobs find out is not seeded. */
const unseeded = /^FROM (findings|budget_checks|alerts|alert_notices)$/m;

const seedHere = (...args: string[]) => beaconhouse(dataDir, 'seed', '--data', dataDir, '--json', ...args);

describe('a seeded data folder', () => {
  beforeAll(async () => {
    const { code, stdout, stderr } = await seedHere('--days', '14', '--rows', '120000');
    expect([code, stderr.replace(/^built .*\n/gm, '')]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ daysAdded: 14, project: 'default', ledgerKey: 'seed-1' });
  }, 120_000);

  it('gets nothing more by the same command', async () => {
    const { code, stdout } = await seedHere('--days', '14', '--rows', '120000');
    expect([code, JSON.parse(stdout).rows, JSON.parse(stdout).daysKept]).toEqual([0, 0, 14]);
  });

  it('answers every question of docs/sql.md, which all pass the guard', async () => {
    const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
    const guard = new SqlGuard({ engine });
    const unanswered: string[] = [];
    for (const { title, sql } of exampleQuestions) {
      const checked = await guard.check({ sql, params: {} });
      const { bytes } = await engine.query({ sql: checked.sql, format: 'JSONEachRow' });
      const rows = Buffer.from(bytes).toString('utf8').split('\n').filter(Boolean);
      if ((rows.length === 0 && !unseeded.test(sql)) || rows.some((row) => /:null[,}]/.test(row))) unanswered.push(title);
    }
    await engine.close();
    expect(exampleQuestions.length).toBeGreaterThanOrEqual(12);
    expect(unanswered).toEqual([]);
  });

  it('that another process holds without a server is refused', async () => {
    const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
    const { code, stderr } = await seedHere('--seed', '3');
    await engine.close();
    expect(code).toBe(4);
    expect(stderr).toContain(`process ${process.pid}`);
  });
});

describe('a server on a seeded folder', () => {
  let server: StandaloneProcess;
  beforeAll(async () => {
    server = await StandaloneProcess.start({ dataDir });
  }, 60_000);
  afterAll(() => server.kill('SIGTERM'));

  const get = async (path: string) => JSON.parse(await (await fetch(`${server.http}${path}`)).text());

  it('shows the regressions that were planted', async () => {
    const p75 = async (window: string) => (await get(`/api/metrics/LCP/breakdown?by=route&device=mobile&${window}`)).data;
    const of = (rows: { key: string; value: number }[], key: string) => rows.find((row) => row.key === key)?.value ?? 0;
    const day = 86_400_000;
    const before = await p75(`from=${Date.now() - 11 * day}&to=${Date.now() - 5 * day}`);
    const after = await p75('window=24h');
    expect(of(after, 'class-search') / of(before, 'class-search')).toBeGreaterThan(1.15);
    expect(Math.abs(of(after, 'fitness-booking') / of(before, 'fitness-booking') - 1)).toBeLessThan(0.2);
  });

  it('has a balanced ledger', async () => {
    const { difference, stored } = await get('/api/ledger');
    const nothing = { beacons: 0, events: 0 };
    expect(difference).toEqual({ received: nothing, accepted: nothing });
    expect(stored.events).toBeGreaterThan(100_000);
  });

  it('takes another seed through its SQL port', async () => {
    const { code, stdout, stderr } = await seedHere('--seed', '2', '--days', '3', '--rows', '9000');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stderr).toMatch(/A server \(process \d+\) is running on .*: writing through its SQL port, http:/);
    const { rows } = JSON.parse(stdout);
    expect(Math.abs(rows / 9_000 - 1)).toBeLessThan(0.15);
    expect(await server.ask(`SELECT toUInt32(sum(events)) AS n FROM ledger WHERE key_id = 'seed-2' AND outcome = 'stored'`)).toEqual([
      { n: rows },
    ]);
    expect(JSON.parse((await seedHere('--seed', '2', '--days', '3', '--rows', '9000')).stdout)).toMatchObject({ rows: 0, daysKept: 3 });
  });
});
