import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SampleLhr, sampleLhr } from '../../libs/probe/src/lhci/sample-lhr.contract.ts';
import { StandaloneProcess } from './standalone-process.ts';

const lhci = createRequire(import.meta.url).resolve('@lhci/cli/src/cli.js');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The real client of Lighthouse CI, in a folder of its own. */
class LhciClient {
  private constructor(
    readonly folder: string,
    private readonly server: string,
  ) {}

  static async in(server: string): Promise<LhciClient> {
    return new LhciClient(await mkdtemp(join(tmpdir(), 'beaconhouse-lhci-')), server);
  }

  /** As `lhci collect` leaves them. */
  async collected(...lhrs: readonly SampleLhr[]): Promise<void> {
    const folder = join(this.folder, '.lighthouseci');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await Promise.all(lhrs.map((lhr, index) => writeFile(join(folder, `lhr-${index}.json`), JSON.stringify(sampleLhr(lhr)))));
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}, answers: readonly Answer[] = []): Promise<Ended> {
    const child = spawn(process.execPath, [lhci, ...args], {
      cwd: this.folder,
      env: { ...process.env, LHCI_SERVER_BASE_URL: this.server, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return ended(child, answers);
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** What is typed once its question is shown. */
interface Answer {
  readonly question: string;
  readonly text: string;
}

async function ended(child: ChildProcess, answers: readonly Answer[]): Promise<Ended> {
  let [output, open] = ['', [...answers]];
  const keep = (piece: Buffer) => {
    output += piece.toString();
    const [next] = open;
    if (!next || !output.includes(next.question)) return;
    open = open.slice(1);
    child.stdin!.write(`${next.text}\n`);
  };
  child.stdout!.on('data', keep);
  child.stderr!.on('data', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

const context = (hash: string, branch: string, ancestor = '') => ({
  LHCI_BUILD_CONTEXT__CURRENT_HASH: hash,
  LHCI_BUILD_CONTEXT__CURRENT_BRANCH: branch,
  LHCI_BUILD_CONTEXT__COMMIT_TIME: '2026-05-04T11:00:00+02:00',
  LHCI_BUILD_CONTEXT__COMMIT_MESSAGE: 'faster search',
  LHCI_BUILD_CONTEXT__AUTHOR: 'Ada <ada@shop.example>',
  LHCI_BUILD_CONTEXT__AVATAR_URL: 'https://pictures.example/ada',
  LHCI_BUILD_CONTEXT__GIT_REMOTE: 'https://git.example/shop.git',
  ...(ancestor && { LHCI_BUILD_CONTEXT__ANCESTOR_HASH: ancestor }),
});

interface KnownProject {
  readonly id: string;
  readonly slug: string;
  readonly token: string;
}

interface KnownBuild {
  readonly id: string;
}

let house: StandaloneProcess;
let client: LhciClient;
beforeAll(async () => {
  house = await StandaloneProcess.start();
  client = await LhciClient.in(`${house.http}/lhci`);
});
afterAll(async () => {
  await client.dispose();
  await house.dispose();
});

const ask = async <Body>(path: string): Promise<Body> => (await fetch(`${house.http}/lhci${path}`)).json() as Promise<Body>;

async function makeProject(name: string): Promise<KnownProject> {
  const answer = await fetch(`${house.http}/lhci/v1/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, externalUrl: 'https://git.example/shop', baseBranch: 'main' }),
  });
  return answer.json() as Promise<KnownProject>;
}

describe('the client of Lighthouse CI', () => {
  it('makes a project with its wizard', async () => {
    const { code, output } = await client.run(['wizard', '--wizard=new-project'], {}, [
      { question: 'URL of your LHCI server', text: `${house.http}/lhci` },
      { question: 'name the project', text: 'Made by wizard' },
      { question: 'code hosted', text: 'https://git.example/wizard' },
      { question: 'main branch', text: 'main' },
    ]);
    expect([code, output]).toEqual([0, expect.stringMatching(/Created project Made by wizard.*build token.*admin token/s)]);
    expect(await ask('/v1/projects/slug:made-by-wizard')).toMatchObject({ externalUrl: 'https://git.example/wizard', baseBranch: 'main' });
  });

  it('uploads what was collected, and finds the server well', async () => {
    const project = await makeProject('Uploaded');
    const token = { LHCI_TOKEN: project.token, ...context('b'.repeat(40), 'feature', 'a'.repeat(40)) };
    const health = await client.run(['healthcheck', `--serverBaseUrl=${house.http}/lhci`], token);
    for (const line of [
      'LHCI server reachable',
      'LHCI server API-compatible',
      'LHCI server token valid',
      'can accept a build for this commit hash',
    ])
      expect(health.output).toContain(`✅  ${line.startsWith('can') ? `LHCI server ${line}` : line}`);
    await client.collected({ performance: 0.8, fcp: 900 }, { performance: 0.9, fcp: 1_000 }, { url: 'https://shop.example/cart' });
    const upload = ['upload', '--target=lhci', `--serverBaseUrl=${house.http}/lhci`];
    const done = await client.run(upload, token);
    expect([done.code, done.output]).toEqual([0, expect.stringContaining('Done saving build results to Lighthouse CI')]);
    const [build] = await ask<KnownBuild[]>(`/v1/projects/${project.id}/builds`);
    expect(build).toMatchObject({ lifecycle: 'sealed', branch: 'feature', hash: 'b'.repeat(40), commitMessage: 'faster search' });
    expect(await ask(`/v1/projects/${project.id}/builds/${build!.id}/runs?representative=true`)).toHaveLength(2);
    const twice = await client.run(upload, token);
    expect([twice.code, twice.output]).toEqual([1, expect.stringContaining('Build already exists')]);
    expect((await client.run([...upload, '--ignoreDuplicateBuildFailure'], token)).code).toBe(0);
    const stranger = await client.run(upload, { ...token, LHCI_TOKEN: '00000000-0000-4000-8000-000000000000' });
    expect([stranger.code, stranger.output]).toEqual([1, expect.stringContaining('Could not find active project')]);
  });

  it('measures a page, uploads it, and says where to look', async () => {
    const project = await makeProject('Measured');
    const page = await servedPage();
    const rc = {
      ci: {
        collect: {
          url: [page.url],
          numberOfRuns: 1,
          settings: { chromeFlags: '--no-sandbox --disable-dev-shm-usage', onlyCategories: ['performance', 'seo'] },
        },
        upload: { target: 'lhci', serverBaseUrl: `${house.http}/lhci`, token: project.token },
      },
    };
    await writeFile(join(client.folder, 'lighthouserc.json'), JSON.stringify(rc));
    const { code, output } = await client.run(['autorun', '--config=lighthouserc.json', '--failOnUploadFailure'], {
      ...context('e'.repeat(40), 'main'),
      CHROME_PATH: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    });
    page.server.close();
    expect([code, output]).toEqual([0, expect.stringContaining('View build diff at ')]);
    const [build] = await ask<KnownBuild[]>(`/v1/projects/${project.id}/builds`);
    const statistics = await ask<{ name: string; value: number }[]>(`/v1/projects/${project.id}/builds/${build!.id}/statistics`);
    const value = (name: string) => statistics.find((statistic) => statistic.name === name)?.value;
    expect(value('meta_lighthouse_version')).toBe(120_601);
    expect(value('audit_largest-contentful-paint_median')).toBeGreaterThan(0);
    const [, link] = /View build diff at (\S+)/.exec(output)!;
    const shown = await fetch(link!);
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining(page.url.replace(/:\d+\//, ':PORT/'))]);
  }, 240_000);
});

async function servedPage(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      '<!doctype html><html lang="en"><title>Classes</title><meta name="viewport" content="width=device-width"><h1>Find a class</h1></html>',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}
