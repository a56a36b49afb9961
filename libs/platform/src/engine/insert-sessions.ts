import type { RawInsertFormat, Session } from 'chdb';
import type { EngineInsert } from './engine.ts';
import { toEngineError } from './engine-failure.ts';
import { Slots } from './slots.ts';

/** Sessions that only write. Settings of an insert stand in its own text, so a session can be used again. */
export class InsertSessions {
  readonly #slots: Slots;
  readonly #idle: Session[] = [];
  readonly #open: () => Session;

  constructor(open: () => Session, size: number) {
    this.#open = open;
    this.#slots = new Slots(size);
  }

  insert(insert: EngineInsert): Promise<{ rowsWritten: number }> {
    return this.#slots.run(async () => {
      const session = this.#idle.pop() ?? this.#open();
      try {
        return await write(session, insert);
      } catch (error) {
        throw toEngineError(error);
      } finally {
        this.#idle.push(session);
      }
    });
  }

  close(): void {
    for (const session of this.#idle) session.close();
  }
}

async function write(session: Session, { table, columns, format, bytes, settings }: EngineInsert): Promise<{ rowsWritten: number }> {
  const { rowsWritten } = await session.insert({
    table,
    values: bytes,
    format: format as RawInsertFormat,
    ...(columns && { columns }),
    ...(settings && { settings: { ...settings } }),
  });
  return { rowsWritten };
}
