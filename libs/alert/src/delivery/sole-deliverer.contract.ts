import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { AlertState, Clock } from '#platform';
import { AlertMetrics } from '../self/metrics.ts';
import { AlarmWatch } from './alarm-watch.ts';
import { Deliverer } from './deliverer.ts';
import type { DelivererParts } from './deliverer-parts.ts';

export type SoleDelivererParts = Pick<DelivererParts, 'channels' | 'chartOf'> & {
  readonly state: AlertState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: AlertMetrics;
};

/** A deliverer of a house in which nobody else delivers, and where no owner is to be woken. */
export function soleDeliverer({ state, clock, log, metrics = new AlertMetrics(new Registry()), ...others }: SoleDelivererParts): Deliverer {
  const { notices, delay, duplicates, oldest } = metrics;
  const alarms = new AlarmWatch({ state, log, fallbackOf: () => [], ownersOf: () => null });
  const parts = { state, clock, log, notices, delay, duplicates, oldest, alarms, ...others };
  return new Deliverer({ ...parts, lease: { held: true }, onChannel: async () => {}, random: () => 0 });
}
