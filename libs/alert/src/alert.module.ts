import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ConfigFile } from '#contracts';
import { type AlertingEnvironment, AlertState, Clock, EventStream, Readiness, Warehouse } from '#platform';
import { Alerting } from './alerting.ts';
import { makeChannels } from './channels/make-channels.ts';
import { type ChartParts, noticeChart } from './chart/incident-chart.ts';
import { Painter } from './chart/painter.ts';
import { type DatadogOptions, tellDatadog } from './datadog/tell-datadog.ts';
import { Deliverer, type DeliveryChannel } from './delivery/deliverer.ts';
import { RuleWatch } from './evaluation/rule-watch.ts';
import { watchFindings } from './findings/watch-findings.ts';
import type { Incident } from './incidents/incident.ts';
import { occur } from './incidents/occur.ts';
import { routeOf } from './incidents/route.ts';
import { type RuleBook, ruleBookOf, ruleKey } from './rules/rule-book.ts';
import { makeHeartbeat } from './self/heartbeat.ts';
import { troubleOccurrence } from './self/house-trouble.ts';
import { Lease } from './self/lease.ts';
import { AlertMetrics } from './self/metrics.ts';

export interface AlertOptions {
  readonly log: Logger;
  readonly config: Pick<ConfigFile, 'projects' | 'rules' | 'channels'>;
  readonly alerting: AlertingEnvironment;
  /** Absent: Datadog is not told. */
  readonly datadog?: DatadogOptions | undefined;
}

const optionsToken = Symbol('AlertOptions');

@Injectable()
class AlertService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #channels: ReadonlyMap<string, DeliveryChannel>;
  readonly #book: RuleBook;
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
    this.#channels = makeChannels(config.channels, alerting, log);
    this.#book = ruleBookOf(
      config.rules,
      config.projects.map(({ id }) => id),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const { stream, warehouse, state, clock, readiness } = this;
    const { log, datadog, alerting } = this.options;
    const { houseUrl, heartbeatUrl } = alerting;
    this.#sayUnknownChannels();
    const metrics = new AlertMetrics(this.registry);
    const known = new Set(this.#channels.keys());
    const channelsOf = ({ severity, ruleChannels }: Incident) => routeOf(severity, ruleChannels, known);
    const lease = new Lease({ state, clock, log });
    const charts = this.#chartParts();
    const deliverer = new Deliverer({
      ...{ state, clock, log, lease, channels: this.#channels, notices: metrics.notices, delay: metrics.delay },
      chartOf: (notice, signal) => noticeChart(charts, notice, signal),
    });
    const onDecided = () => deliverer.wake();
    const watch = new RuleWatch({ warehouse, state, log, ...this.#book, channelsOf, houseUrl });
    const looks = new Alerting({
      ...{ stream, warehouse, clock, log, watch, metrics, lease, onDecided },
      tellTrouble: async (trouble, headline, now) => {
        await occur({ state, channelsOf, houseUrl }, [troubleOccurrence(trouble, headline, now)], now);
        onDecided();
      },
      heartbeat: heartbeatUrl === undefined ? undefined : makeHeartbeat(heartbeatUrl, log),
    });
    await lease.start();
    deliverer.start();
    looks.start();
    readiness.add('alerting', () => looks.check());
    this.#stops.push(
      () => looks.stop(),
      await watchFindings({ stream, state, clock, log, rules: this.#book.findingRules, channelsOf, houseUrl, onChange: onDecided }),
    );
    if (datadog) this.#stops.push(await tellDatadog({ stream, clock, log, datadog, notices: metrics.notices }));
    this.#stops.push(
      () => deliverer.stop(),
      () => lease.stop(),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }

  #chartParts(): ChartParts {
    const { state, warehouse, clock } = this;
    const { houseUrl, linkSecret } = this.options.alerting;
    return {
      ...{ state, warehouse, clock, painter: new Painter() },
      rules: new Map(this.#book.watched.map(({ project, rule }) => [ruleKey(project, rule.id), rule])),
      ...(houseUrl !== undefined && linkSecret !== undefined && { links: { houseUrl, secret: linkSecret } }),
    };
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
