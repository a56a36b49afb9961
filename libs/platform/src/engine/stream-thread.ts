import { Worker } from 'node:worker_threads';
import { EngineError } from './engine.ts';
import type { StreamReply, StreamRequest, StreamWorkerData } from './stream-protocol.ts';

const workerFile = new URL(import.meta.url.endsWith('.ts') ? './stream-worker.ts' : './stream-worker.js', import.meta.url);

/**
 * The thread that carries one stream at a time. When a thread ends, the engine's addon closes every connection of the
 * process: `end` may be called only after all sessions are closed, and the thread must never be terminated.
 */
export class StreamThread {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<StreamReply> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #failure: EngineError | undefined;

  constructor(data: StreamWorkerData) {
    this.#worker = new Worker(workerFile, { workerData: data });
    this.#worker.unref();
    this.#worker.on('message', (reply: StreamReply) => this.#waiting?.resolve(reply));
    this.#worker.on('error', (cause) => {
      this.#failure = new EngineError('the thread of the stream failed', 236, 'ABORTED', { cause });
      this.#waiting?.reject(this.#failure);
    });
  }

  /** Requests are answered one after another. */
  ask(request: StreamRequest): Promise<StreamReply> {
    const reply = this.#last.then(() => this.#send(request));
    this.#last = reply.catch(() => undefined);
    return reply;
  }

  async end(): Promise<void> {
    await this.#last;
    if (this.#failure) return;
    const exit = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'end' } satisfies StreamRequest);
    await exit;
  }

  async #send(request: StreamRequest): Promise<StreamReply> {
    if (this.#failure) throw this.#failure;
    this.#waiting = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(request);
    try {
      return await this.#waiting.promise;
    } finally {
      this.#worker.unref();
    }
  }
}
