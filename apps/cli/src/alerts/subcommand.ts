import type { CommandContext } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';

/** One of the things that `beaconhouse alerts` does. `words`: what stands behind its name. */
export type Subcommand = (words: readonly string[], context: CommandContext) => Promise<ExitCode>;
