import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { HeldBack } from '../incidents/incident.ts';
import type { TellingObserver } from '../incidents/telling.ts';
import type { NoticeKind } from '../notices/notice.ts';

/** What the alerting service says of itself. */
export class AlertMetrics implements TellingObserver {
  /** Labels `channel` and `result`. */
  readonly notices: Counter<'channel' | 'result'>;
  /** Seconds; label `channel`. */
  readonly delay: Histogram<'channel'>;
  /** Sent although their channel had them. Must be 0. */
  readonly duplicates: Counter;
  /** Seconds since the notice was made that waits longest. */
  readonly oldest: Gauge;
  readonly #made: Counter;
  readonly #held: Counter;
  readonly #detection: Histogram;
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
    this.duplicates = new Counter({
      name: 'beaconhouse_notices_doubled_total',
      help: 'Notices that a channel took and that somebody else had sent meanwhile; must be 0',
      labelNames: ['channel'],
      registers,
    });
    this.oldest = new Gauge({
      name: 'beaconhouse_notice_oldest_seconds',
      help: 'Since when the notice is due that waits longest for its channel; 0 where none waits',
      registers,
    });
    [this.#made, this.#held, this.#detection] = tellingMetrics(registers);
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

  made(kind: NoticeKind): void {
    this.#made.inc({ kind });
  }

  held(kind: NoticeKind, reason: HeldBack): void {
    this.#held.inc({ kind, reason });
  }

  detected(seconds: number): void {
    this.#detection.observe(seconds);
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

function tellingMetrics(registers: Registry[]): [Counter, Counter, Histogram] {
  const made = new Counter({
    name: 'beaconhouse_notices_made_total',
    help: 'Notices to channels, by kind',
    labelNames: ['kind'],
    registers,
  });
  const held = new Counter({
    name: 'beaconhouse_notices_held_total',
    help: 'What nobody was told, by what held it back: storm (told in one with others), inhibited, muted, silenced, flapping',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const detection = new Histogram({
    name: 'beaconhouse_alert_detection_seconds',
    help: 'From the end of what was judged, or the moment of a finding, until an incident opened',
    buckets: [1, 5, 10, 20, 30, 60, 120, 300, 900],
    registers,
  });
  return [made, held, detection];
}
