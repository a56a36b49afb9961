import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the alerting service says of itself. */
export class AlertMetrics {
  /** Labels `channel` and `result`. */
  readonly notices: Counter<'channel' | 'result'>;
  /** Seconds; label `channel`. */
  readonly delay: Histogram<'channel'>;
  readonly #looks: Counter;
  readonly #failed: Counter;
  readonly #behind: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.notices = new Counter({
      name: 'beaconhouse_notices_total',
      help: 'What a channel was to tell, by what came of it: delivered, refused, given_up, unknown, superseded, invalid, too_old',
      labelNames: ['channel', 'result'],
      registers,
    });
    this.delay = new Histogram({
      name: 'beaconhouse_notice_delay_seconds',
      help: 'From the moment that something was to be told until its channel had taken it',
      labelNames: ['channel'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600],
      registers,
    });
    this.#looks = new Counter({ name: 'beaconhouse_alert_looks_total', help: 'Times that the rules were judged', registers });
    this.#failed = new Counter({
      name: 'beaconhouse_alert_questions_failed_total',
      help: 'Rules that could not be judged because the warehouse did not answer; they are judged later',
      registers,
    });
    this.#behind = new Gauge({
      name: 'beaconhouse_alert_behind_seconds',
      help: 'How far what can be judged is behind the clock',
      registers,
    });
  }

  judged(failed: number): void {
    this.#looks.inc();
    this.#failed.inc(failed);
  }

  /** `known` false: further than anybody looked. */
  behind(seconds: number, known: boolean): void {
    this.#behind.set(known ? seconds : Number.POSITIVE_INFINITY);
  }
}
