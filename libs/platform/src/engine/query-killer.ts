import type { Session } from 'chdb';
import type { Clock } from '../clock/clock.ts';
import { quoteLiteral } from './parameter-text.ts';

/** A query that is still being prepared cannot be killed yet: ask again after this. */
const repeatMs = 50;

/**
 * Ends computations. The engine has no call to interrupt a query, but KILL QUERY from another session does; queries are
 * found by the `log_comment` of their session.
 */
export class QueryKiller {
  readonly #control: Session;
  readonly #clock: Clock;

  constructor(control: Session, clock: Clock) {
    this.#control = control;
    this.#clock = clock;
  }

  /** Runs the task; when the signal aborts, kills the query with this tag until the task has settled, then throws the signal's reason. */
  async guard<T>(tag: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const settled = new AbortController();
    const onAbort = () => void this.#kill(tag, settled.signal);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await task();
      signal.throwIfAborted();
      return result;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      settled.abort();
    }
  }

  async #kill(tag: string, settled: AbortSignal): Promise<void> {
    const statement = `KILL QUERY WHERE Settings['log_comment'] = ${quoteLiteral(tag)} ASYNC`;
    while (!settled.aborted) {
      await this.#control.queryAsync(statement).catch(() => undefined);
      await this.#clock.sleep(repeatMs, settled);
    }
  }
}
