import type { Logger } from 'pino';
import { type Clock, watchConfigFile } from '#platform';
import type { IntakeGate } from './intake-gate.ts';

/** Takes new projects, keys and quotas from the configuration file while running. The returned function ends it. */
export function followKeys(path: string, clock: Clock, gate: IntakeGate, log: Logger): () => Promise<void> {
  return watchConfigFile({
    path,
    clock,
    onChange: (changed) => {
      gate.replaceKeys(changed);
      log.info('projects and keys were read again; limits and retention need a restart');
    },
    onRefused: (error) => log.error({ err: error }, 'the changed configuration cannot be used: the old one stays in force'),
  });
}
