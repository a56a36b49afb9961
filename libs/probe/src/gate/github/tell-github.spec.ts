import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AssertionResult } from '../../assertions/assertion-result.ts';
import type { GateReport } from '../gate-report.ts';
import { tellGitHub } from './tell-github.ts';

const token = 'ghs_0123456789';
const sha = 'a'.repeat(40);

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** GitHub's API as far as it is used, as strict as the real one about what it takes. */
class RecordingGitHub {
  readonly calls: Call[] = [];
  comments: { id: number; body: string }[] = [];
  broken = false;
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return Promise.all([once(this.#server, 'close'), this.#server.close()]);
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const { method = '', url = '', headers } = request;
    if (this.broken) return [502, { message: 'Server Error' }];
    if (headers.authorization !== `Bearer ${token}`) return [401, { message: 'Bad credentials' }];
    if (headers['user-agent'] === undefined || headers['x-github-api-version'] !== '2022-11-28') return [403, { message: 'forbidden' }];
    const path = url.replace('/repos/acme/shop', '');
    if (path === url) return [404, { message: 'Not Found' }];
    if (method === 'GET') return this.#list(new URL(path, 'http://x'));
    if (headers['content-type'] !== 'application/json') return [415, { message: 'unsupported' }];
    const body = JSON.parse(text) as Record<string, unknown>;
    const refusal = this.#refusal(method, path, body);
    if (refusal !== undefined) return [422, { message: refusal }];
    this.calls.push({ method, path, body });
    return [method === 'POST' ? 201 : 200, { id: 1 }];
  }

  #list({ pathname, searchParams }: URL): [number, unknown] {
    if (pathname !== '/issues/7/comments') return [404, { message: 'Not Found' }];
    const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
    if (!(size <= 100)) return [422, { message: 'per_page' }];
    return [200, this.comments.slice((page - 1) * size, page * size)];
  }

  #refusal(method: string, path: string, body: Record<string, unknown>): string | undefined {
    if (method === 'POST' && /^\/statuses\/[0-9a-f]{40}$/.test(path)) {
      if (!['error', 'failure', 'pending', 'success'].includes(String(body.state))) return 'state';
      return String(body.description).length > 140 ? 'description is too long (maximum is 140 characters)' : undefined;
    }
    const known = (method === 'POST' && path === '/issues/7/comments') || (method === 'PATCH' && /^\/issues\/comments\/\d+$/.test(path));
    if (!known) return `no ${method} ${path}`;
    return String(body.body).length > 65_536 ? 'body is too long (maximum is 65536 characters)' : undefined;
  }
}

let github: RecordingGitHub;
let apiUrl: string;
let folder: string;
beforeEach(async () => {
  github = new RecordingGitHub();
  apiUrl = await github.start();
  folder = await mkdtemp(join(tmpdir(), 'gate-github-'));
  await writeFile(join(folder, 'event.json'), JSON.stringify({ pull_request: { number: 7, head: { sha } } }));
});
afterEach(async () => {
  await github.stop();
  await rm(folder, { recursive: true, force: true });
});

const result = (label: string): AssertionResult => ({
  ...{ name: 'maxNumericValue', expected: 1, actual: 2, values: [2], operator: '<=', passed: false, auditId: label, level: 'error' },
  ...{ url: 'http://x/', label, unit: 'ms', range: { min: 2, max: 2 } },
});
function report(limits: number): GateReport {
  const results = Array.from({ length: limits }, (_, index) => result(`limit-with-a-long-name-${index}`));
  const page = { url: 'http://x/w', path: '/w', runs: [], results, alsoPassed: 0, comparison: null, fingerprint: null, failure: null };
  return { outcome: 'failed', pages: [page], flows: [], notes: [] };
}
const environment = () => ({
  ...{ apiUrl, token, repository: 'acme/shop', eventPath: join(folder, 'event.json'), summaryPath: join(folder, 'summary.md') },
});
const tell = (limits = 1, changes: object = {}) =>
  tellGitHub(report(limits), { ...environment(), ...changes }, (text) => text.replaceAll('/w', '/masked'));

describe('a pull request', () => {
  it('gets a status of its own commit, one comment and a summary, all without secrets', async () => {
    expect(await tell()).toEqual([]);
    expect(github.calls).toEqual([
      {
        method: 'POST',
        path: `/statuses/${sha}`,
        body: { state: 'failure', description: 'Over budget: limit-with-a-long-name-0', context: 'beaconhouse/gate' },
      },
      { method: 'POST', path: '/issues/7/comments', body: { body: expect.stringMatching(/^<!-- beaconhouse-gate -->\n### Build FAILED/) } },
    ]);
    const summary = await readFile(join(folder, 'summary.md'), 'utf8');
    expect(summary).toContain('| /masked | limit-with-a-long-name-0 |');
  });

  it('has its comment edited, however far down it is', async () => {
    const others = Array.from({ length: 150 }, (_, id) => ({ id, body: 'looks good' }));
    github.comments = [...others, { id: 4_711, body: '<!-- beaconhouse-gate -->\nold' }];
    expect(await tell()).toEqual([]);
    expect(github.calls.map(({ method, path }) => `${method} ${path}`)).toContain('PATCH /issues/comments/4711');
  });

  it('gets no more than GitHub takes', async () => {
    expect(await tell(2_000)).toEqual([]);
    const [status, comment] = github.calls.map(({ body }) => body);
    expect(String(status!.description)).toHaveLength(140);
    expect(String(comment!.body).length).toBeLessThanOrEqual(65_000);
    expect(String(comment!.body)).toMatch(/\|\n\n\(More lines are in the job summary and its files\.\)$/);
  });
});

describe('trouble', () => {
  it('is told, and changes nothing', async () => {
    github.broken = true;
    expect(await tell()).toEqual([
      expect.stringMatching(/^the commit status could not be written: .*502/),
      expect.stringMatching(/^the comment .*502/),
    ]);
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('Build FAILED');
  });

  it('never shows the token', async () => {
    const troubles = await tell(1, { apiUrl: 'http://127.0.0.1:1' });
    expect(troubles).toHaveLength(2);
    expect(troubles.join()).not.toContain(token);
    expect(await tell(1, { token: 'other' })).toEqual([expect.stringContaining('401'), expect.stringContaining('401')]);
  });

  it('of a fork without a token leaves the summary', async () => {
    expect(await tell(1, { token: undefined })).toEqual(['GitHub was told nothing: GITHUB_TOKEN is not set']);
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('Build FAILED');
    expect(github.calls).toEqual([]);
  });

  it('of a job that is about no pull request leaves the status of its commit', async () => {
    expect(await tell(1, { eventPath: join(folder, 'absent.json'), sha: 'b'.repeat(40) })).toEqual([]);
    expect(github.calls.map(({ path }) => path)).toEqual([`/statuses/${'b'.repeat(40)}`]);
  });
});
