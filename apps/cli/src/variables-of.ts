import { variablesWith } from '#platform';
import type { OptionValues } from './command.ts';

/** What the options say wins over the environment. */
export function variablesOf({ data, config }: OptionValues): Record<string, string | undefined> {
  return variablesWith({
    ...(typeof data === 'string' && { BEACONHOUSE_DATA_DIR: data }),
    ...(typeof config === 'string' && { BEACONHOUSE_CONFIG: config }),
  });
}
