import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesOf } from './processes/process-table.ts';

/** Folders of runs that this process has made. */
export function runFolders(owner = process.pid): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(`beaconhouse-run-${owner.toString(36)}-`))
    .map((name) => join(tmpdir(), name));
}

export interface SeenRun {
  readonly folder: string;
  /** Of the process that carries it out. */
  readonly child: number;
  /** Of Chromium's first process. */
  readonly browser: number | undefined;
  /** Of Chromium's, one that shows a page. */
  readonly page: number | undefined;
}

/** Waits until a run of the process has its browser, and a page in it. Throws when what is awaited is over before. */
export async function runUnderWay(over: Promise<unknown>, owner = process.pid): Promise<SeenRun & { browser: number }> {
  let outcome: unknown;
  void over.then((value) => {
    outcome = value;
  });
  while (outcome === undefined) {
    const seen = seenRun(owner);
    if (seen?.browser && seen.page) return { ...seen, browser: seen.browser };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the run was over before it was seen: ${JSON.stringify(outcome).slice(0, 500)}`);
}

/** The run of the process as it is now, if its own process is there. */
export function seenRun(owner: number): SeenRun | undefined {
  return runFolders(owner)
    .map(seenIn)
    .find((run) => run !== undefined);
}

function seenIn(folder: string): SeenRun | undefined {
  const processes = processesOf(folder).map((pid) => ({ pid, command: commandOf(pid) }));
  const child = processes.find(({ command }) => /child-main\.[jt]s/.test(command));
  const browser = processes.find(({ command }) => command.includes('--remote-debugging-pipe') && !command.includes('--type='));
  const page = processes.find(({ command }) => command.includes('--type=renderer'));
  return child && { folder, child: child.pid, browser: browser?.pid, page: page?.pid };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Processes that run or wait, with the folder in their name; those that have ended and wait for their parent are not among them. */
export const leftOf = ({ folder }: SeenRun) => processesOf(folder);
