import { runCommand } from './run-command.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort(name));

process.exitCode = await runCommand(process.argv.slice(2), process, interrupted.signal);
