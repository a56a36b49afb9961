import type { ParseArgsOptionsConfig } from 'node:util';
import type { Environment } from '#platform';
import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface CommandContext {
  readonly values: OptionValues;
  readonly positionals: readonly string[];
  /** Of this process, with `--data` and `--config` in it. */
  readonly environment: Environment;
  readonly output: Output;
  /** Aborts with the signal's name at SIGINT (Ctrl+C) and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the name in the usage line. */
  readonly usage: string;
  /** One line an option, aligned by the writer. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** Where exit codes mean something else than everywhere: what a wrong command line and anything unforeseen end with, and the line of help. */
  readonly exits?: { readonly misused: ExitCode; readonly failed: ExitCode; readonly help: string };
  /** Words without `--` behind the name mean something. */
  readonly takesWords?: true;
  run(context: CommandContext): Promise<ExitCode>;
}

/** A command line that cannot be understood; says what would be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An option's whole number within its bounds. */
export function wholeNumber(values: OptionValues, name: string, bounds: { least: number; most: number; usual: number }): number {
  const given = values[name];
  if (given === undefined) return bounds.usual;
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (number >= bounds.least && number <= bounds.most) return number;
  throw new UsageError(`--${name} must be a whole number from ${bounds.least} to ${bounds.most}, not ${JSON.stringify(given)}`);
}
