import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Threads of one file that answer one message at a time each. Requests beyond their number wait in their order. */
export class ThreadPool<Request, Reply> {
  readonly #threads: readonly Worker[];
  readonly #free: Worker[];
  readonly #waiting: ((thread: Worker) => void)[] = [];

  constructor(file: URL, size: number, workerData?: unknown) {
    this.#threads = Array.from({ length: size }, () => new Worker(file, { workerData }));
    // What waits for an answer keeps the process alive, not the thread.
    for (const thread of this.#threads) thread.unref();
    this.#free = [...this.#threads];
  }

  /** Threads that have nothing to do. */
  get free(): number {
    return this.#free.length;
  }

  async ask(request: Request, transferred: readonly ArrayBuffer[] = []): Promise<Reply> {
    const thread = this.#free.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    try {
      thread.ref();
      thread.postMessage(request, transferred);
      const [reply] = await once(thread, 'message');
      return reply as Reply;
    } finally {
      thread.unref();
      const next = this.#waiting.shift();
      if (next) next(thread);
      else this.#free.push(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
