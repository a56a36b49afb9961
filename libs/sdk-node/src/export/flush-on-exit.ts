import { guarded } from '../diagnostics.ts';

/**
 * Drains before the process ends by itself, and on SIGTERM. Where nobody else listens to SIGTERM the process ends by it afterwards, as it would
 * have without us; where the app does, it decides. Answers what takes the listeners away.
 */
export function flushOnExit(drain: () => Promise<void>): () => void {
  const onBeforeExit = guarded(() => void drain());
  const onTerm = guarded(() => {
    // The listener stays until all has left: without one a second signal would end the process at once.
    const nobodyElse = process.listenerCount('SIGTERM') === 1;
    const end = () => {
      process.removeListener('SIGTERM', onTerm);
      if (nobodyElse) process.kill(process.pid, 'SIGTERM');
    };
    void drain().then(end, end);
  });
  process.once('beforeExit', onBeforeExit);
  process.on('SIGTERM', onTerm);
  return () => {
    process.removeListener('beforeExit', onBeforeExit);
    process.removeListener('SIGTERM', onTerm);
  };
}
