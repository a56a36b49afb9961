import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { AlertConflict, type AlertDocument, AlertState, type AlertWrite } from './alert-state.ts';
import { journalLines, readJournal } from './journal.ts';

/** Documents in memory, of one process; a write is one block of the journal, so that all of it is there or nothing. */
export class EmbeddedAlertState extends AlertState {
  #documents: Map<string, AlertDocument> | undefined;
  #lastAt = 0;
  /** One write after the other. */
  #last: Promise<unknown> = Promise.resolve();

  readonly #leases = new Map<string, { readonly holder: string; readonly until: number }>();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
  ) {
    super();
  }

  async list(kind: string): Promise<readonly AlertDocument[]> {
    return this.#inTurn(async () => [...(await this.#known()).values()].filter((document) => document.kind === kind));
  }

  async find(kind: string, ids: readonly string[]): Promise<readonly AlertDocument[]> {
    return this.#inTurn(async () => {
      const known = await this.#known();
      return ids.flatMap((id) => known.get(keyOf({ kind, id })) ?? []);
    });
  }

  write(write: AlertWrite): Promise<void> {
    return this.#inTurn(async () => {
      const known = await this.#known();
      for (const change of write.changes) {
        const version = known.get(keyOf(change))?.version ?? 0;
        if (version !== change.version) throw AlertConflict.on(change, version);
      }
      this.#lastAt = Math.max(write.at, this.#lastAt + 1);
      const rows = Buffer.from(`${journalLines({ ...write, at: this.#lastAt }).join('\n')}\n`);
      // What became of a block that failed only the journal knows.
      this.#documents = undefined;
      await this.warehouse.insert({ table: 'alert_journal', token: `alert_journal:${randomUUID()}`, rows });
      for (const change of write.changes) apply(known, change);
      this.#documents = known;
    });
  }

  async flush(): Promise<void> {
    await this.#last;
  }

  /** Among those who share this object: the engine's lock on the data folder lets in one process. */
  async hold(name: string, holder: string, ms: number): Promise<boolean> {
    const now = this.clock.now();
    const lease = this.#leases.get(name);
    if (lease && lease.holder !== holder && lease.until > now) return false;
    this.#leases.set(name, { holder, until: now + ms });
    return true;
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
  }

  close(): Promise<void> {
    return this.flush();
  }

  async #known(): Promise<Map<string, AlertDocument>> {
    if (this.#documents) return this.#documents;
    const { documents, last } = await readJournal(this.warehouse);
    this.#lastAt = Math.max(this.#lastAt, last);
    this.#documents = new Map(documents.map((document) => [keyOf(document), document]));
    return this.#documents;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(action);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

const keyOf = ({ kind, id }: Pick<AlertDocument, 'kind' | 'id'>) => `${kind}\n${id}`;

function apply(known: Map<string, AlertDocument>, { kind, id, version, body, ended }: AlertWrite['changes'][number]): void {
  if (ended) known.delete(keyOf({ kind, id }));
  else known.set(keyOf({ kind, id }), { kind, id, version: version + 1, body });
}
