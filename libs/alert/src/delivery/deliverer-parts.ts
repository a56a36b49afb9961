import type { Logger } from 'pino';
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { AlertState, Clock } from '#platform';
import type { Channel } from '../channels/channel.ts';
import type { Chart } from '../chart/chart.ts';
import type { Notice } from '../notices/notice.ts';
import type { Lease } from '../self/lease.ts';
import type { AlarmWatch } from './alarm-watch.ts';

export interface DeliveryChannel {
  readonly channel: Channel;
  readonly fallback: readonly string[];
  /** Notices a minute; absent: what the provider takes. */
  readonly ratePerMinute?: number | undefined;
}

export interface DelivererParts {
  readonly state: AlertState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly channels: ReadonlyMap<string, DeliveryChannel>;
  /** Two who send the same notice at the same time would double it. */
  readonly lease: Pick<Lease, 'held'>;
  readonly alarms: AlarmWatch;
  /** Labels `channel` and `result`. */
  readonly notices: Counter;
  /** Seconds from the moment a notice came up to the moment its channel took it; label `channel`. */
  readonly delay: Histogram;
  /** Label `channel`. */
  readonly duplicates: Counter;
  /** Seconds. */
  readonly oldest: Gauge;
  /** `reason` null: it takes notices again. */
  readonly onChannel: (id: string, reason: string | null) => Promise<void>;
  readonly random?: () => number;
  /** Absent: notices have no charts. */
  readonly chartOf?: (notice: Notice, signal: AbortSignal) => Promise<Chart | null>;
}
