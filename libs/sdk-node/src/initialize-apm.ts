import { type APM, startAPM } from './apm.ts';
import { type APMConfig, readSettings } from './config.ts';
import { guarded } from './diagnostics.ts';

let current: APM | undefined;

/**
 * Starts measuring with this configuration; needed only where the environment does not say it all, or to flush. Called again it ends what was
 * started before. Never throws.
 */
export function initializeAPM(config: APMConfig = {}): APM {
  void current?.shutdown();
  current = guarded(startAPM)(readSettings(config, process.env)) ?? asleep;
  return current;
}

/** Starts by the environment alone, unless something was started before. */
export function ensureStarted(): void {
  if (!current) initializeAPM();
}

const asleep: APM = {
  async flush() {},
  async shutdown() {},
  stats: () => ({ dropped: {}, internalErrors: 1, sentSpans: 0 }),
};
