import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findChromium } from '#probe';
import { StandaloneProcess } from './standalone-process.ts';

const page = '<!doctype html><html lang="en"><title>Classes</title><h1>Yoga near me</h1><p>Every evening.</p></html>';

interface Visit {
  id: string;
  trigger: string;
  status: string;
  message: string;
  report: string | null;
}
interface MonitorAnswer {
  last: Visit | null;
  jobs: Visit[];
  history: { metric: string; points: { median: number }[] }[];
}

describe('a monitor', () => {
  let site: Server;
  let visited: () => void = () => {};
  let house: StandaloneProcess;
  let env: Record<string, string>;
  const mark = randomUUID();

  beforeAll(async () => {
    site = createServer((request, response) => {
      // The warm-up comes first, and not from a browser.
      if (/Chrome\//.test(request.headers['user-agent'] ?? '')) visited();
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const at = `127.0.0.1:${(site.address() as AddressInfo).port}`;
    const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-'));
    const path = join(dataDir, 'beaconhouse.yml');
    // A bound that no page can keep: it has elements.
    await writeFile(
      path,
      `monitors:
  - { id: classes, url: "http://${at}/classes", everyMinutes: 10080, runs: 1, formFactor: desktop, categories: [performance],
      assertions: { dom-size-insight: [error, { maxNumericValue: 1 }] } }
synthetic: { allowedHosts: ["${at}"] }
`,
    );
    env = {
      BEACONHOUSE_CONFIG: path,
      BEACONHOUSE_CHROMIUM: findChromium(process.env.CHROMIUM_PATH),
      BEACONHOUSE_CHROMIUM_SANDBOX: 'false',
      BEACONHOUSE_TEST: mark,
    };
    house = await StandaloneProcess.start({ dataDir, env });
  });
  afterAll(async () => {
    await house.dispose();
    site.close();
  });

  const ask = async (): Promise<MonitorAnswer> =>
    (await fetch(`${house.http}/api/synthetic/monitors/classes`)).json() as Promise<MonitorAnswer>;
  const request = async () =>
    (await fetch(`${house.http}/api/synthetic/monitors/classes/visit`, { method: 'POST' })).json() as Promise<{ id: string }>;
  async function until<Value>(look: () => Value | Promise<Value>, reached: (value: Value) => boolean): Promise<Value> {
    for (;;) {
      const value = await look();
      if (reached(value)) return value;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  /** Processes of the house and everything that it started. */
  const processes = () =>
    readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });

  it('is visited again after a death in the middle of it: once, and nothing of the first visit is left', async () => {
    const begun = new Promise<void>((resolve) => {
      visited = resolve;
    });
    const { id } = await request();
    await begun;
    await house.kill('SIGKILL');
    await until(processes, (left) => left.length === 0);
    house = await StandaloneProcess.start({ dataDir: house.dataDir, env });
    const { last } = await until(ask, ({ jobs }) => jobs.some((job) => job.id === id));
    expect(last).toMatchObject({ status: 'measured', message: '' });
    const rows = await house.askAsReader<{ kept: boolean }>(`SELECT kept FROM synthetic WHERE job = '${id}'`);
    expect(rows).toEqual([{ kept: true }]);
  }, 180_000);

  it('has a report, a history and what broke, which is told when the next visit sees it too', async () => {
    const first = (await ask()).last!;
    const { id } = await until(request, (asked) => asked.id !== first.id);
    const { jobs, history } = await until(ask, (answer) => answer.jobs.some((job) => job.id === id));
    expect(history.find(({ metric }) => metric === 'LCP')!.points).toHaveLength(jobs.length);
    const report = await fetch(`${house.http}${jobs[0]!.report}`);
    expect(report.headers.get('content-security-policy')).toContain('sandbox allow-scripts');
    expect(await report.text()).toContain('/classes');
    const findings = await until(
      () => house.askAsReader<{ kind: string; state: string; metric: string }>('SELECT kind, state, metric FROM findings'),
      ({ length }) => length > 0,
    );
    expect(findings).toEqual([{ kind: 'synthetic', state: 'open', metric: 'dom-size-insight maxNumericValue' }]);
    const html = await (await fetch(`${house.http}/synthetic/monitors/classes`)).text();
    expect(html).toContain('dom-size-insight maxNumericValue');
  }, 240_000);
});
