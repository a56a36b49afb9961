import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ConfigFile } from '#contracts';
import { type AlertingEnvironment, AlertState, Clock, ConfigurationError, EventStream, Readiness, Warehouse } from '#platform';
import { Alerting } from './alerting.ts';
import type { Channel } from './channels/channel.ts';
import { makeChannels } from './channels/make-channels.ts';
import { ownersOf } from './channels/owner-channels.ts';
import { showChannels } from './channels/show-channels.ts';
import { type ChartParts, noticeChart } from './chart/incident-chart.ts';
import { Painter } from './chart/painter.ts';
import { type DatadogOptions, tellDatadog } from './datadog/tell-datadog.ts';
import { AlarmWatch } from './delivery/alarm-watch.ts';
import { Deliverer } from './delivery/deliverer.ts';
import type { DeliveryChannel } from './delivery/deliverer-parts.ts';
import { DeployWatch } from './deploys/deploy-watch.ts';
import { watchDeploys } from './deploys/watch-deploys.ts';
import { RuleWatch } from './evaluation/rule-watch.ts';
import { watchFindings } from './findings/watch-findings.ts';
import { occur } from './incidents/occur.ts';
import { unknownChannels } from './incidents/route.ts';
import { isChat, type Telling, tellingOf } from './incidents/telling.ts';
import { LiveRules } from './rules/live-rules.ts';
import { makeHeartbeat } from './self/heartbeat.ts';
import { channelOccurrence, troubleOccurrence } from './self/house-trouble.ts';
import { Lease } from './self/lease.ts';
import { AlertMetrics } from './self/metrics.ts';

export interface AlertOptions {
  readonly log: Logger;
  readonly config: Pick<ConfigFile, 'projects' | 'rules' | 'channels' | 'routes' | 'muteTimings' | 'inhibitions' | 'owners'>;
  readonly alerting: AlertingEnvironment;
  /** Absent: Datadog is not told. */
  readonly datadog?: DatadogOptions | undefined;
}

const optionsToken = Symbol('AlertOptions');

@Injectable()
class AlertService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #channels: ReadonlyMap<string, DeliveryChannel>;
  readonly #rules: LiveRules;
  /** The last that was started first. */
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(Warehouse) private readonly warehouse: Warehouse,
    @Inject(AlertState) private readonly state: AlertState,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(optionsToken) private readonly options: AlertOptions,
  ) {
    const { config, alerting, log } = options;
    this.#channels = makeChannels(config, alerting, log);
    this.#rules = new LiveRules({ state, log, fileRules: config.rules, projects: config.projects.map(({ id }) => id) });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { stream, warehouse, state, clock, readiness } = this;
    const { log, alerting } = this.options;
    const { houseUrl, heartbeatUrl } = alerting;
    this.#sayUnknownChannels();
    const metrics = new AlertMetrics(this.registry);
    const deploys = this.#deployWatch();
    const telling = this.#telling({ houseUrl, seen: metrics, deployOf: deploys.deployOf });
    const lease = new Lease({ state, clock, log });
    const charts = this.#chartParts();
    const alarms = this.#alarms();
    const { notices, delay, duplicates, oldest } = metrics;
    const onChannel = (id: string, reason: string | null) => this.#tellChannel(id, reason, telling);
    const deliverer = new Deliverer({
      ...{ state, clock, log, lease, alarms, channels: this.#channels, notices, delay, duplicates, oldest, onChannel },
      chartOf: (notice, signal) => noticeChart(charts, notice, signal),
    });
    const onDecided = () => deliverer.wake();
    const watch = new RuleWatch({ warehouse, state, log, rules: this.#rules, telling });
    const looks = new Alerting({
      ...{ stream, warehouse, clock, log, watch, metrics, lease, onDecided },
      beforeJudging: (...moment) => deploys.look(...moment),
      tellTrouble: async (trouble, headline, now) => {
        const told = (await this.#rules.current()).troubles.get(trouble);
        // Switched off by a rule; what was open is closed like that of any rule that is gone.
        if (told === undefined) return;
        await occur({ state, telling }, [troubleOccurrence(trouble, headline, now, told)], now);
        onDecided();
      },
      heartbeat: heartbeatUrl === undefined ? undefined : makeHeartbeat(heartbeatUrl, log),
    });
    await showChannels(state, this.#channels, clock.now());
    await lease.start();
    deliverer.start();
    looks.start();
    // Where it is away nobody knows who judges, and each of several would hold another one for it.
    readiness.add('alert state', async () => void (await state.find('cursor', [])));
    readiness.add('alerting', () => {
      looks.check();
      alarms.check();
    });
    this.#stops.push(
      () => looks.stop(),
      () => deploys.stop(),
      await watchFindings({ stream, state, clock, log, rules: () => this.#rules.current(), telling, onChange: onDecided }),
    );
    await this.#tellBesideIncidents(metrics);
    this.#stops.push(
      () => deliverer.stop(),
      () => lease.stop(),
    );
  }

  /** What wakes nobody. */
  async #tellBesideIncidents({ notices }: AlertMetrics): Promise<void> {
    const { stream, clock, state } = this;
    const { log, datadog } = this.options;
    this.#stops.push(await watchDeploys({ stream, clock, state, log, rules: this.#rules, channels: this.#plainChannels() }));
    if (datadog) this.#stops.push(await tellDatadog({ stream, clock, log, datadog, notices }));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }

  #alarms(): AlarmWatch {
    const { state, options } = this;
    return new AlarmWatch({
      ...{ state, log: options.log, ownersOf: (project: string) => ownersOf(project, this.#channels) },
      fallbackOf: (channel) => (this.#channels.get(channel)?.fallback ?? []).filter((other) => this.#channels.has(other)),
    });
  }

  /** The others hear of a channel that takes nothing; a pager only where there is no other, or it is one itself. */
  async #tellChannel(id: string, reason: string | null, telling: Telling): Promise<void> {
    const { type } = this.#channels.get(id)!.channel;
    if (type === 'log') return;
    const others = [...this.#channels.keys()].filter((other) => other !== id && !other.startsWith('@'));
    const chats = others.filter((other) => isChat(telling, other));
    const told = type === 'pagerduty' || chats.length === 0 ? others : chats;
    const now = this.clock.now();
    await occur({ state: this.state, telling }, [channelOccurrence({ id, type, reason, others: told }, now)], now);
  }

  #deployWatch(): DeployWatch {
    const { warehouse, state, options } = this;
    return new DeployWatch({ warehouse, state, log: options.log, rules: this.#rules, channels: this.#plainChannels() });
  }

  #plainChannels(): ReadonlyMap<string, Channel> {
    return new Map([...this.#channels].map(([id, { channel }]) => [id, channel]));
  }

  #telling(said: Pick<Telling, 'houseUrl' | 'deployOf' | 'seen'>): Telling {
    const { routes, muteTimings, inhibitions } = this.options.config;
    const types = new Map([...this.#channels].map(([id, { channel }]) => [id, channel.type]));
    const unknown = unknownChannels({ routes, types });
    if (unknown.length > 0) throw new ConfigurationError(`routes name what is no channel: ${unknown.join(', ')}`);
    return tellingOf({ routes, muteTimings, inhibitions, types, ...said });
  }

  #chartParts(): ChartParts {
    const { state, warehouse, clock } = this;
    const { houseUrl, linkSecret } = this.options.alerting;
    const links = houseUrl !== undefined && linkSecret !== undefined ? { houseUrl, secret: linkSecret } : undefined;
    return { state, warehouse, clock, painter: new Painter(), rules: this.#rules, links };
  }

  /** The shipped rules name channels that not every house has. */
  #sayUnknownChannels(): void {
    const named = this.options.config.rules.flatMap(({ channels }) => channels ?? []);
    const unknown = [...new Set(named)].filter((channel) => !this.#channels.has(channel));
    if (unknown.length > 0)
      this.options.log.info({ channels: [...this.#channels.keys()], unknown }, 'alerts: rules name channels that are not set up');
  }
}

/**
 * Rules are judged, findings taken from the stream, and people told. Needs `EventStream`, `Warehouse`, `AlertState`, `Clock`, `Registry` and
 * `Readiness` from a global module.
 */
@Module({})
export class AlertModule {
  static forRoot(options: AlertOptions): DynamicModule {
    return { module: AlertModule, providers: [{ provide: optionsToken, useValue: options }, AlertService] };
  }
}
