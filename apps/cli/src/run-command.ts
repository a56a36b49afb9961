import { parseArgs } from 'node:util';
import { ConfigurationError, DataFolderInUse, readEnvironment } from '#platform';
import { type Command, type OptionValues, UsageError } from './command.ts';
import { alertsCommand } from './commands/alerts.ts';
import { checkCommand } from './commands/check.ts';
import { detectCommand } from './commands/detect.ts';
import { doctorCommand } from './commands/doctor.ts';
import { gateCommand } from './commands/gate.ts';
import { importCommand } from './commands/import.ts';
import { migrateCommand } from './commands/migrate.ts';
import { replayCommand } from './commands/replay.ts';
import { seedCommand } from './commands/seed.ts';
import { startCommand } from './commands/start.ts';
import { type ExitCode, exitCodes, exitCodesHelp } from './exit-codes.ts';
import { Output } from './output.ts';
import { variablesOf } from './variables-of.ts';

const commands: readonly Command[] = [
  ...[
    startCommand,
    migrateCommand,
    seedCommand,
    checkCommand,
    gateCommand,
    detectCommand,
    alertsCommand,
    replayCommand,
    importCommand,
    doctorCommand,
  ],
];

const shared = {
  data: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const configHelp = '  --config FILE  configuration (default BEACONHOUSE_CONFIG, ./beaconhouse.yml)';
const sharedHelp = `  --data DIR     data folder (default BEACONHOUSE_DATA_DIR, ./data)
${configHelp}
  --json         the result as one JSON document
  --help         this`;

const overview = `Usage: beaconhouse <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')}

Options of every command:
${sharedHelp}

${exitCodesHelp}`;

/** A command may have a configuration of its own. */
function helpOf({ name, usage, summary, help, exits }: Command): string {
  const shared = help.includes('--config FILE') ? sharedHelp.replace(`${configHelp}\n`, '') : sharedHelp;
  return `Usage: beaconhouse ${name} ${usage}\n\nTo ${summary}.\n\n${help}\n\n${shared}\n\n${exits?.help ?? exitCodesHelp}`;
}

export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Understands the arguments, runs the command and answers its exit code. Everything that goes wrong is said on stderr. */
export async function runCommand(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  try {
    return await dispatch(args, terminal, signal);
  } catch (error) {
    const [code, message] = explain(error, signal, commands.find(({ name }) => name === args[0])?.exits);
    terminal.stderr.write(`${message}\n`);
    return code;
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.stdout.write(`${overview}\n`);
    return name === undefined ? exitCodes.misused : exitCodes.done;
  }
  const command = commands.find((each) => each.name === name);
  if (!command)
    throw new UsageError(`there is no command ${JSON.stringify(name)}; there are ${commands.map((each) => each.name).join(', ')}`);
  const { values, positionals } = parse(command, rest);
  if (values.help === true) {
    terminal.stdout.write(`${helpOf(command)}\n`);
    return exitCodes.done;
  }
  if (positionals.length > 0 && !command.takesWords) throw new UsageError(`${name} takes no ${JSON.stringify(positionals[0])}`);
  const output = new Output(values.json === true, terminal.stdout, terminal.stderr);
  return command.run({ values, positionals, environment: readEnvironment(variablesOf(values)), output, signal });
}

function parse(command: Command, args: readonly string[]): { values: OptionValues; positionals: string[] } {
  try {
    const parsed = parseArgs({ args: [...args], options: { ...shared, ...command.options }, allowPositionals: true });
    return { values: parsed.values as OptionValues, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(`${command.name}: ${(error as Error).message}`, { cause: error });
  }
}

function explain(error: unknown, signal: AbortSignal, exits?: Command['exits']): [ExitCode, string] {
  const { misused, failed } = { ...{ misused: exitCodes.misused, failed: exitCodes.failed }, ...exits };
  if (error instanceof UsageError) return [misused, `${error.message}\nbeaconhouse --help shows what there is.`];
  if (error instanceof ConfigurationError) return [misused, error.message];
  if (error instanceof DataFolderInUse) return [exitCodes.inUse, error.message];
  if (signal.aborted) return [failed, 'Interrupted. What was written stays; the same command goes on from there.'];
  return [failed, error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
