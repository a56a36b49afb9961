import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from 'chdb';
import type { Clock } from '../clock/clock.ts';
import { assertFolderFree, engineFolder, explainRefusal } from './data-folder-lock.ts';
import { emptyInput } from './empty-input.ts';
import { type Engine, EngineError, type EngineInsert, type EngineQuery, type EngineStats } from './engine.ts';
import { toEngineError } from './engine-failure.ts';
import { InsertSessions } from './insert-sessions.ts';
import { ProgressWatch } from './progress-watch.ts';
import { QueryKiller } from './query-killer.ts';
import { serverArguments } from './server-arguments.ts';
import { Slots } from './slots.ts';
import { sessionSetup } from './statement.ts';
import { isStreamable, StreamThreads } from './stream-threads.ts';
import { forgetUnstoredTokens } from './table-tokens.ts';

export interface ChdbEngineOptions {
  /** The engine keeps its files in `engine` below this folder. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Bytes of queries, inserts and caches together; 1.5 GiB when absent. */
  readonly memoryBytes?: number;
  /**
   * How many of each run at once; the rest waits in order. Together at most UV_THREADPOOL_SIZE - 4, because each holds
   * one of its threads, and KILL QUERY and files need some too. When absent: 2, 5 and 4.
   */
  readonly inserts?: number;
  readonly queries?: number;
  readonly streams?: number;
}

/** Bytes a piece of an answer that was computed whole has at most. */
const pieceBytes = 256 * 1024;

/** Opens the one engine of this process, which reads nothing from its standard input any more. Throws `DataFolderInUse` when another process holds the folder. */
export async function openChdbEngine(options: ChdbEngineOptions): Promise<ChdbEngine> {
  const path = engineFolder(options.dataDir);
  const spoolDir = join(options.dataDir, 'spool');
  await mkdir(path, { recursive: true });
  await assertFolderFree(options.dataDir);
  emptyInput();
  const { Session, drainPending } = await import('chdb');
  const connectionArgs = serverArguments({ memoryBytes: options.memoryBytes ?? 1536 * 2 ** 20 });
  const openSession = () => new Session(path, { connectionArgs });
  const control = await openFirst(openSession, options.dataDir);
  try {
    await rm(spoolDir, { recursive: true, force: true });
    await mkdir(spoolDir);
    await forgetUnstoredTokens(control);
    const version = (await control.queryAsync('SELECT version()', { format: 'TSV' })).text().trim();
    return new ChdbEngine({ ...options, path, spoolDir, connectionArgs, control, version, openSession, drainPending });
  } catch (error) {
    control.close();
    throw toEngineError(error);
  }
}

/** The first session takes the lock on the folder and loads the tables. */
async function openFirst(openSession: () => Session, dataDir: string): Promise<Session> {
  try {
    return openSession();
  } catch (error) {
    throw await explainRefusal(dataDir, error);
  }
}

interface Opened extends ChdbEngineOptions {
  readonly path: string;
  readonly connectionArgs: string[];
  readonly spoolDir: string;
  readonly version: string;
  /** Stays open as long as the engine: the last session to close takes the engine's memory with it. */
  readonly control: Session;
  readonly openSession: () => Session;
  readonly drainPending: () => Promise<void>;
}

/**
 * The engine of npm chdb. Every query has a session of its own (0.2 ms), prepared with SET: the text of a query may end
 * in anything, so its settings cannot be appended to it; parameters set in a session are not seen by others, while the
 * addon's own binding runs all parameterised queries of the process one after another.
 */
export class ChdbEngine implements Engine {
  readonly version: string;
  readonly #opened: Opened;
  readonly #killer: QueryKiller;
  readonly #progress: ProgressWatch;
  readonly #inserts: InsertSessions;
  readonly #queries: Slots;
  readonly #streams: StreamThreads;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #tags = 0;

  constructor(opened: Opened) {
    this.version = opened.version;
    this.#opened = opened;
    this.#killer = new QueryKiller(opened.control, opened.clock);
    this.#progress = new ProgressWatch(opened.openSession, opened.clock);
    this.#inserts = new InsertSessions(opened.openSession, opened.inserts ?? 2, opened.spoolDir);
    this.#queries = new Slots(opened.queries ?? 5);
    this.#streams = new StreamThreads(opened, opened.streams ?? 4, this.#killer);
  }

  async query(query: EngineQuery): Promise<{ bytes: Uint8Array; stats: EngineStats }> {
    const signal = this.#signalFor(query.signal);
    return this.#track(this.#queries.run(() => this.#ask(query, signal), signal));
  }

  async *stream(query: EngineQuery): AsyncIterable<Uint8Array> {
    const signal = this.#signalFor(query.signal);
    if (isStreamable(query.format)) {
      const tag = this.#nextTag();
      const endWatch = this.#watchProgress(tag, query);
      try {
        const streamed = yield* this.#streams.pieces(query, tag, signal);
        if (streamed) return;
      } finally {
        endWatch();
      }
    }
    const { bytes } = await this.query(query);
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }

  async insert(insert: EngineInsert): Promise<{ rowsWritten: number }> {
    this.#closing.signal.throwIfAborted();
    return this.#track(this.#inserts.insert(insert));
  }

  /** Kills running queries, waits for running inserts, and gives the data folder free. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new EngineError('the engine is closed', 236, 'ABORTED'));
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    await this.#streams.idle();
    this.#inserts.close();
    this.#opened.control.close();
    await this.#opened.drainPending();
    await this.#streams.end();
  }

  async #ask(query: EngineQuery, signal: AbortSignal): Promise<{ bytes: Uint8Array; stats: EngineStats }> {
    const tag = this.#nextTag();
    const setup = sessionSetup(query, tag);
    const session = this.#opened.openSession();
    const endWatch = this.#watchProgress(tag, query);
    try {
      return await this.#killer.guard(tag, signal, async () => {
        await session.queryAsync(setup);
        const result = await session.queryAsync(query.sql, { format: query.format });
        const stats = { elapsedMs: result.elapsed * 1000, rowsRead: result.rowsRead, bytesRead: result.bytesRead };
        return { bytes: result.bytes(), stats };
      });
    } catch (error) {
      throw signal.aborted ? error : toEngineError(error);
    } finally {
      endWatch();
      session.close();
    }
  }

  /** The returned function ends the watch; the engine closes behind the watch's session. */
  #watchProgress(tag: string, { onProgress }: EngineQuery): () => void {
    if (!onProgress) return () => undefined;
    const { end, ended } = this.#progress.start(tag, onProgress);
    void this.#track(ended);
    return end;
  }

  #nextTag(): string {
    this.#tags += 1;
    return `query-${this.#tags}`;
  }

  #signalFor(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }
}
