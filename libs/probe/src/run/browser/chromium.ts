import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import puppeteer, { type Browser, type Viewport } from 'puppeteer-core';
import { RunTrouble } from '../run-trouble.ts';
import { DevtoolsPipe } from './devtools-pipe.ts';

export interface ChromiumOptions {
  readonly path: string;
  readonly args: readonly string[];
  /** For its profile and its temporary files. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of new pages; as large as the window when absent. */
  readonly viewport?: Viewport;
}

const startLimitMs = 30_000;
/** Of what it prints while all is well: dozens of lines about services of a desktop. */
const isTelling = /:FATAL:|--no-sandbox|^(?!.*dbus).*:ERROR:/;
/** The pipe of a dead browser breaks before its end is told. */
const deathNoticeMs = 1_000;

/** A fresh browser in the process group of this process, which ends it. */
export class Chromium {
  /** Rejects when the browser ends, whyever; never resolves. */
  readonly died: Promise<never>;

  private constructor(
    readonly browser: Browser,
    readonly version: string,
    died: Promise<never>,
  ) {
    this.died = died;
    // Whoever waits for it is told; nobody has to.
    died.catch(() => undefined);
  }

  static async launch({ path, args, folder, environment, viewport }: ChromiumOptions): Promise<Chromium> {
    const all = await puppeteer.defaultArgs({ headless: true, userDataDir: join(folder, 'profile'), args: [...args] });
    const child = spawn(path, all, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { ...environment, TMPDIR: folder } });
    const died = deathOf(child);
    const transport = new DevtoolsPipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
    const browser = await Promise.race([connected(transport, viewport), died, tooLate(path)]);
    return new Chromium(browser, await browser.version(), died);
  }

  /** What fails because the browser is gone is told as that; anything else as it is. */
  async explain(error: unknown): Promise<never> {
    if (/Target closed|Session closed|Connection closed|detached/i.test(String(error)))
      await Promise.race([this.died, pause(deathNoticeMs)]);
    throw error;
  }

  /** Such as 156. */
  get major(): number {
    return Number(/\/(\d+)/.exec(this.version)?.[1] ?? 0);
  }
}

async function connected(transport: DevtoolsPipe, viewport: Viewport | undefined): Promise<Browser> {
  const browser = await puppeteer.connect({ transport, defaultViewport: viewport ?? null });
  if ((await browser.pages()).length === 0) await browser.newPage();
  return browser;
}

async function deathOf(child: ChildProcess): Promise<never> {
  const lastLines: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastLines.push(...text.split('\n').filter((line) => isTelling.test(line)));
    lastLines.splice(0, lastLines.length - 3);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const reason = lastLines.some((line) => line.includes('--no-sandbox')) ? 'configuration' : 'machine';
  throw new RunTrouble(reason, [`Chromium ended with ${signal ?? `code ${code}`}`, ...lastLines].join('; '));
}

async function tooLate(path: string): Promise<never> {
  await pause(startLimitMs);
  throw new RunTrouble('machine', `${path} did not answer within ${startLimitMs / 1_000} s of its start`);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
