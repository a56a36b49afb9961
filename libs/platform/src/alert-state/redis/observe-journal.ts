import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../clock/clock.ts';
import { bounded } from '../../stream/kafka/bounded.ts';
import type { RedisAlertState } from './redis-alert-state.ts';

/** All other numbers wait for this one. */
const answerMs = 2_000;

/** How far the journal is behind; every process tells the same of it. Nothing is told while Redis does not answer. */
export function observeJournal(state: RedisAlertState, registry: Registry, clock: Clock): void {
  new Gauge({
    name: 'beaconhouse_alert_journal_waiting_rows',
    help: 'Rows of the alert journal that wait for the warehouse; the same from every process',
    registers: [registry],
    async collect() {
      this.reset();
      const waiting = await bounded(clock, answerMs, 'the journal', state.waiting()).catch(() => undefined);
      if (waiting === undefined) this.remove();
      else this.set(waiting);
    },
  });
}
