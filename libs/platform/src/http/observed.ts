import { collectDefaultMetrics, Registry } from 'prom-client';

/** The process's own numbers for `/metrics`. One a process: Prometheus counts processes, not modules. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'beaconhouse_' });
  return registry;
}
