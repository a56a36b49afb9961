/** Keys in Redis. All of them hash to one slot, so that one script may touch them together. */
export class AlertKeys {
  readonly #base: string;

  constructor(prefix: string) {
    this.#base = `{${prefix}:alerts}`;
  }

  /**
   * Hash. `run`: which run of Redis has all documents; absent or another one: some may be missing. `last`: when the latest write was,
   * milliseconds since 1970. `rows`, `bytes`: what the outbox holds. `to`: the last entry of the block that is being stored.
   */
  get meta(): string {
    return `${this.#base}:meta`;
  }

  /** Stream: a write an entry, its moment the id, with the rows of the journal. */
  get outbox(): string {
    return `${this.#base}:outbox`;
  }

  /** List: rows that the warehouse does not take. */
  get refused(): string {
    return `${this.#base}:refused`;
  }

  /** Hash by id: the version, a space, the body. */
  documents(kind: string): string {
    return `${this.#base}:documents:${kind}`;
  }

  /** Whether this write was done already: a connection that breaks sends it again. */
  done(write: string): string {
    return `${this.#base}:done:${write}`;
  }

  lease(name: string): string {
    return `${this.#base}:lease:${name}`;
  }
}
