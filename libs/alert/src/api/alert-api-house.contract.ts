import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type AlertSeverity, configFileSchema } from '#contracts';
import { AlertState, Clock, createHttpApp, EmbeddedAlertState, EventStream, SystemClock, Warehouse } from '#platform';
import { ReportModule, ReportOptions } from '#report';
import { openTemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { showChannels } from '../channels/show-channels.ts';
import type { DeliveryChannel } from '../delivery/deliverer-parts.ts';
import { fingerprintOf } from '../evaluation/advance.ts';
import { type Occurrence, occur } from '../incidents/occur.ts';
import { tellingOf } from '../incidents/telling.ts';
import { AlertApiModule } from './alert-api.module.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { alertRoutes } from './alert-routes.ts';

export interface AlertApiHouseOptions {
  readonly operateToken?: string;
  /** As written in `beaconhouse.yml`. */
  readonly rules?: readonly object[];
  readonly slackSigningSecret?: string;
  readonly defaultProject?: string | null;
}

interface Sent {
  readonly headers?: Record<string, string>;
  readonly remoteAddress?: string;
  readonly body?: unknown;
}

@Module({})
class PortsModule {}

const fileRule = {
  id: 'slow',
  name: 'Slow tools',
  metric: 'mcp_tool_duration_p95',
  condition: 'above',
  threshold: '2.5 s',
  severity: 'critical',
};
const projects = [{ id: 'default', open: true }, { id: 'other' }];

/** Signs links. */
export const linkSecret = 'signs-links-to-charts';

interface HousePorts {
  readonly warehouse: Warehouse;
  readonly state: AlertState;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** The API of alerting over real parts. */
export class AlertApiHouse {
  private constructor(
    private readonly ports: HousePorts,
    private readonly app: NestFastifyApplication,
    private readonly routes: readonly string[],
  ) {}

  /** On a warehouse of its own, or of `beside`, which is closed after it: a process has one engine. */
  static async open(options: AlertApiHouseOptions = {}, beside?: AlertApiHouse): Promise<AlertApiHouse> {
    if (beside) return AlertApiHouse.over({ ...beside.ports, close: async () => {} }, options);
    const { warehouse, close } = await openTemporaryWarehouse();
    const clock = new SystemClock();
    return AlertApiHouse.over({ warehouse, clock, state: new EmbeddedAlertState(warehouse, clock), close }, options);
  }

  static async over(ports: HousePorts, options: AlertApiHouseOptions = {}): Promise<AlertApiHouse> {
    const { operateToken, slackSigningSecret, rules = [fileRule], defaultProject = 'default' } = options;
    const config = configFileSchema.parse({ rules, projects });
    const houseUrl = 'https://beacons.example';
    const apiOptions = new AlertApiOptions({
      log: pino({ level: 'silent' }),
      linkSecret,
      defaultProject,
      config,
      operateToken,
      houseUrl,
      slackSigningSecret,
    });
    const report = new ReportOptions(defaultProject, undefined, 'loader', operateToken, alertRoutes);
    const provided = [
      { provide: Clock, useValue: ports.clock },
      { provide: EventStream, useValue: {} },
      { provide: Warehouse, useValue: ports.warehouse },
      { provide: AlertState, useValue: ports.state },
    ];
    const imports = [AlertApiModule.forRoot(apiOptions), ReportModule.forRoot(report)];
    const module = { module: PortsModule, global: true, imports, providers: provided, exports: provided };
    const app = await createHttpApp({ module, log: pino({ level: 'silent' }), connections: 50, connectionsPerAddress: 50 });
    const served: string[] = [];
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    fastify.addHook('onRoute', ({ method, url }) => void served.push(`${String(method)} ${url}`));
    return new AlertApiHouse(ports, await app.init(), served);
  }

  get clock(): Clock {
    return this.ports.clock;
  }

  get warehouse(): Warehouse {
    return this.ports.warehouse;
  }

  get state(): AlertState {
    return this.ports.state;
  }

  /** Every route that is served, as `GET /api/...`. */
  get served(): readonly string[] {
    return this.routes;
  }

  /** Listens, for who must be spoken to over a socket. */
  async listen(): Promise<string> {
    await this.app.listen(0, '127.0.0.1');
    return this.app.getUrl();
  }

  /** What a rule opens or closes, told to channels as the alerter would. */
  async occur(
    project: string,
    rule: string,
    severity: AlertSeverity | null,
    { at = this.clock.now(), labels = {} }: { at?: number; labels?: Record<string, string> } = {},
  ) {
    const occurrence: Occurrence = {
      ...{ fingerprint: fingerprintOf(project, rule, labels), ruleId: rule, identity: rule, severity, at },
      facts: { project, rule: { id: rule, name: rule }, labels, openedAt: at, measure: null, headline: `${rule} is broken` },
    };
    const telling = tellingOf({
      routes: [{ match: {}, channels: ['pager'], continue: false }],
      muteTimings: [],
      inhibitions: [],
      types: new Map([['pager', 'webhook']]),
    });
    await occur({ state: this.state, telling }, [occurrence], at);
  }

  /** As the alerter writes down its channels. */
  async show(...ids: string[]): Promise<void> {
    const channelOf = (id: string): DeliveryChannel => ({
      ...{ channel: { id, type: 'webhook', send: () => Promise.reject(new Error('nothing is sent here')) }, fallback: [] },
    });
    await showChannels(this.state, new Map(ids.map((id) => [id, channelOf(id)])), this.clock.now());
  }

  get(url: string, sent: Sent = {}) {
    return this.send('GET', url, sent);
  }

  post(url: string, body?: unknown, sent: Sent = {}) {
    return this.send('POST', url, { ...sent, body });
  }

  put(url: string, body?: unknown, sent: Sent = {}) {
    return this.send('PUT', url, { ...sent, body });
  }

  delete(url: string, sent: Sent = {}) {
    return this.send('DELETE', url, sent);
  }

  async send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, { headers = {}, remoteAddress = '127.0.0.1', body }: Sent) {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.app.inject({ method, url, headers: { ...json, ...headers }, remoteAddress, ...payload });
    const { statusCode: status, body: text } = answer;
    return { status, headers: answer.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.ports.close();
  }
}
