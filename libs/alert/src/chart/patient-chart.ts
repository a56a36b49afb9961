import type { Logger } from 'pino';
import type { Chart } from './chart.ts';
import { chartPatienceMs } from './incident-chart.ts';

/** A chart that is made when somebody asks for it, once, and never holds a notice up: null where it fails or takes more than three seconds. */
export function patientChart(
  make: (signal: AbortSignal) => Promise<Chart | null>,
  { signal, log, patienceMs = chartPatienceMs }: { readonly signal: AbortSignal; readonly log: Logger; readonly patienceMs?: number },
): () => Promise<Chart | null> {
  let made: Promise<Chart | null> | undefined;
  const attempt = async () => {
    const aborting = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    try {
      return await Promise.race([make(aborting), endOf(aborting)]);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'alerts: a notice goes without its chart');
      return null;
    }
  };
  return () => (made ??= attempt());
}

async function endOf(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}
