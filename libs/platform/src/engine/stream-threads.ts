import type { EngineQuery } from './engine.ts';
import { toEngineError } from './engine-failure.ts';
import type { QueryKiller } from './query-killer.ts';
import { Slots } from './slots.ts';
import { sessionSetup } from './statement.ts';
import type { StreamReply, StreamRequest, StreamWorkerData } from './stream-protocol.ts';
import { StreamThread } from './stream-thread.ts';

/** Rows or blocks one after another. The engine writes every piece of a stream as a document of its own, so only these can be joined. */
const streamable = new Set([
  ...['JSONEachRow', 'JSONLines', 'NDJSON', 'JSONStringsEachRow', 'JSONCompactEachRow', 'JSONCompactStringsEachRow'],
  ...['TabSeparated', 'TSV', 'TabSeparatedRaw', 'TSVRaw', 'CSV', 'TSKV', 'LineAsString', 'RawBLOB', 'RowBinary', 'Native', 'MsgPack'],
]);

export function isStreamable(format: string): boolean {
  return streamable.has(format);
}

/** A thread lent to one stream. */
interface Lease {
  readonly thread: StreamThread;
  /** Cancels what is left of the stream and gives the thread back; the second call waits for the first. */
  giveBack(): Promise<void>;
}

/** Threads for streams, made when needed and kept until the engine closes. */
export class StreamThreads {
  readonly #data: StreamWorkerData;
  readonly #slots: Slots;
  readonly #killer: QueryKiller;
  readonly #idle: StreamThread[] = [];
  readonly #lent = new Set<Lease>();

  constructor({ path, connectionArgs }: StreamWorkerData, size: number, killer: QueryKiller) {
    this.#data = { path, connectionArgs };
    this.#slots = new Slots(size);
    this.#killer = killer;
  }

  /** Yields the pieces; returns false, having yielded nothing, for a statement that the engine does not stream. */
  async *pieces(query: EngineQuery, tag: string, signal: AbortSignal): AsyncGenerator<Uint8Array, boolean> {
    const setup = sessionSetup(query, tag);
    const lease = await this.#lend(signal);
    const ask = (request: StreamRequest) => this.#killer.guard(tag, signal, () => lease.thread.ask(request));
    // A reader that has stopped reading does not come back to notice the abort.
    const leave = () => void lease.giveBack();
    signal.addEventListener('abort', leave, { once: true });
    try {
      let reply: StreamReply = await ask({ kind: 'start', setup, sql: query.sql, format: query.format });
      while (reply.kind === 'piece') {
        yield reply.bytes;
        reply = await ask({ kind: 'next' });
      }
      if (reply.kind === 'failed') throw toEngineError(new Error(reply.message));
      return reply.kind === 'done';
    } finally {
      signal.removeEventListener('abort', leave);
      await lease.giveBack();
    }
  }

  /** Resolves when no stream is open. */
  async idle(): Promise<void> {
    while (this.#lent.size > 0) await Promise.all([...this.#lent].map((lease) => lease.giveBack()));
  }

  /** Only after every session of the process is closed. */
  async end(): Promise<void> {
    await Promise.all(this.#idle.map((thread) => thread.end()));
  }

  async #lend(signal: AbortSignal): Promise<Lease> {
    const release = await this.#slots.take(signal);
    const thread = this.#idle.pop() ?? new StreamThread(this.#data);
    let given: Promise<void> | undefined;
    const giveBack = async () => {
      await thread.ask({ kind: 'cancel' });
      this.#lent.delete(lease);
      this.#idle.push(thread);
      release();
    };
    const lease: Lease = { thread, giveBack: () => (given ??= giveBack()) };
    this.#lent.add(lease);
    return lease;
  }
}
