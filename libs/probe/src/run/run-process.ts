import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { variablesWith } from '#platform';
import type { RunOrder, RunReply } from './child-messages.ts';
import { clearRun } from './processes/clear-run.ts';
import { MemoryWatch } from './processes/memory-watch.ts';
import { folderVariable } from './processes/process-table.ts';
import type { RunPlan } from './run-plan.ts';

const fromSource = import.meta.url.endsWith('.ts');
const childFile = fileURLToPath(new URL(fromSource ? './child-main.ts' : './child-main.js', import.meta.url));
const sourceFlags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
/** Of the variables of this process, those that a browser needs: it shows pages of strangers. */
const forBrowser = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'LD_LIBRARY_PATH',
  'FONTCONFIG_PATH',
  'FONTCONFIG_FILE',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
];
/** Between asking the process group to end and ending it. */
const graceMs = 5_000;

/** The process of one run with everything that it starts, in a session and a process group of its own. */
export class RunProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #memory: MemoryWatch;
  /** What it answers. Resolves to undefined when it ends without; `lastWords` say why. */
  readonly reply: Promise<RunReply | undefined>;
  #lastWords = '';
  #cleared: Promise<number> | undefined;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#memory = new MemoryWatch(child.pid!);
    this.reply = replyOf(child);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-1_000);
    });
  }

  /** Throws when no process can be made. */
  static async start(plan: RunPlan, folder: string): Promise<RunProcess> {
    const variables = variablesWith({ [folderVariable]: folder, TMPDIR: folder });
    const child = spawn(process.execPath, [...(fromSource ? sourceFlags : []), childFile], {
      ...{ env: variables, detached: true, serialization: 'advanced' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    await once(child, 'spawn');
    const order: RunOrder = { plan, folder, browserEnvironment: browserVariables(variables) };
    const started = new RunProcess(child, folder);
    // Where it ends before it reads, the missing reply tells.
    child.send(order, () => undefined);
    return started;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** How it ended without an answer. */
  get lastWords(): string {
    const { exitCode, signalCode } = this.#child;
    return [`the process of the run ended with ${signalCode ?? `code ${exitCode}`}`, this.#lastWords.trim()].filter(Boolean).join(': ');
  }

  /** Asks the group to end and gives it five seconds. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    const gone = this.#groupGone();
    const limit = setTimeout(() => this.#signal('SIGKILL'), graceMs);
    await gone;
    clearTimeout(limit);
  }

  /** Ends what is left and removes the folder. Gives the highest memory that was seen, bytes. */
  clear(): Promise<number> {
    this.#cleared ??= this.#clear();
    return this.#cleared;
  }

  async #clear(): Promise<number> {
    const peakBytes = this.#memory.end();
    // The group's number is ours as long as its first process is not gone; where the kernel shows processes, the others are found by their mark.
    if (this.#isThere || process.platform !== 'linux') this.#signal('SIGKILL');
    if (this.#isThere) await once(this.#child, 'exit');
    await clearRun(this.#folder);
    return peakBytes;
  }

  get #isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #groupGone(): Promise<void> {
    while (this.#signal(0)) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** False where the group has no process any more. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }
}

function replyOf(child: ChildProcess): Promise<RunReply | undefined> {
  return new Promise((resolve) => {
    child.once('message', (reply) => resolve(reply as RunReply));
    child.once('error', () => resolve(undefined));
    child.once('close', () => resolve(undefined));
  });
}

function browserVariables(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = [...forBrowser, folderVariable];
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}
