import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { Clock, createHttpApp, SystemClock, Warehouse } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { LhciModule } from './lhci.module.ts';
import { LhciOptions } from './lhci-options.ts';
import { type SampleLhr, sampleLhr } from './sample-lhr.contract.ts';

export interface LhciHouseOptions {
  readonly projects?: readonly string[];
  readonly defaultProject?: string | null;
  readonly operateToken?: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

/** As clients know it, with both tokens. */
export interface KnownProject {
  readonly id: string;
  readonly slug: string;
  readonly token: string;
  readonly adminToken: string;
}

@Module({})
class PortsModule {}

/** The server for Lighthouse CI over a real engine, on a port. */
export class LhciHouse {
  private constructor(
    private readonly ports: TemporaryWarehouse,
    private readonly app: NestFastifyApplication,
    readonly address: string,
    private readonly owned: boolean,
  ) {}

  /** On an engine of its own, or of `beside`, which is closed after it: a process has one. */
  static async open(options: LhciHouseOptions = {}, beside?: LhciHouse): Promise<LhciHouse> {
    const ports = beside?.ports ?? (await openTemporaryWarehouse());
    const { projects = ['default', 'other'], defaultProject = 'default', operateToken, basicAuth } = options;
    const provided = [
      { provide: Clock, useValue: new SystemClock() },
      { provide: Warehouse, useValue: ports.warehouse },
    ];
    const log = pino({ level: 'silent' });
    const imports = [LhciModule.forRoot(new LhciOptions({ projects, defaultProject, operateToken, basicAuth, log }))];
    const module = { module: PortsModule, global: true, imports, providers: provided, exports: provided };
    const app = await createHttpApp({ module, log, connections: 50, connectionsPerAddress: 50 });
    await app.listen(0, '127.0.0.1');
    return new LhciHouse(ports, app, `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/lhci`, beside === undefined);
  }

  get warehouse(): Warehouse {
    return this.ports.warehouse;
  }

  async send(method: string, path: string, { headers = {}, body }: Sent = {}) {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${this.address}${path}`, { method, headers: { ...json, ...headers }, redirect: 'manual', ...sent });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  get(path: string, sent: Sent = {}) {
    return this.send('GET', path, sent);
  }

  async project(name: string, query = ''): Promise<KnownProject> {
    const body = { name, externalUrl: 'https://git.example/shop', baseBranch: 'main' };
    return (await this.send('POST', `/v1/projects${query}`, { body })).body;
  }

  /** Answers the build, unsealed. */
  async build({ id, token }: KnownProject, facts: Readonly<Record<string, unknown>> = {}): Promise<{ readonly id: string }> {
    const answer = await this.send('POST', `/v1/projects/${id}/builds`, {
      headers: { 'x-lhci-build-token': token },
      body: { ...sampleBuild, ...facts },
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body;
  }

  run({ id, token }: KnownProject, buildId: string, lhr: SampleLhr, url = lhr.url ?? 'https://shop.example/') {
    return this.send('POST', `/v1/projects/${id}/builds/${buildId}/runs`, {
      headers: { 'x-lhci-build-token': token },
      body: { representative: false, url, lhr: JSON.stringify(sampleLhr(lhr)) },
    });
  }

  seal({ id, token }: KnownProject, buildId: string) {
    return this.send('PUT', `/v1/projects/${id}/builds/${buildId}/lifecycle`, {
      headers: { 'x-lhci-build-token': token },
      body: '"sealed"',
    });
  }

  /** A sealed build with these runs. */
  async sealed(project: KnownProject, facts: Readonly<Record<string, unknown>>, lhrs: readonly SampleLhr[]): Promise<string> {
    const { id } = await this.build(project, facts);
    for (const lhr of lhrs) await this.run(project, id, lhr);
    await this.seal(project, id);
    return id;
  }

  async close(): Promise<void> {
    await this.app.close();
    if (this.owned) await this.ports.close();
  }
}

export const sampleBuild = {
  ...{ lifecycle: 'unsealed', hash: 'a'.repeat(40), branch: 'main', ancestorHash: '', commitMessage: 'faster search' },
  ...{ author: 'Ada <ada@shop.example>', avatarUrl: 'https://pictures.example/ada', externalBuildUrl: 'https://ci.example/1' },
  ...{ runAt: '2026-05-04T10:00:00.000Z', committedAt: '2026-05-04T11:00:00+02:00', ancestorCommittedAt: null },
};
