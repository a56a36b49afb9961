import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawInsertFormat, Session } from 'chdb';
import type { EngineInsert } from './engine.ts';
import { toEngineError } from './engine-failure.ts';
import { quoteLiteral } from './parameter-text.ts';
import { Slots } from './slots.ts';
import { identifier, settingText } from './statement.ts';

/** Formats the addon hands over without a copy. */
const raw: ReadonlySet<string> = new Set<RawInsertFormat>([
  ...(['JSONEachRow', 'JSONCompactEachRow', 'CSV', 'CSVWithNames'] as const),
  ...(['TSV', 'TabSeparated', 'TSVWithNames', 'TabSeparatedWithNames'] as const),
]);
const formatName = /^[A-Za-z0-9]+$/;

/** Sessions that only write. Settings of an insert stand in its own text, so a session can be used again. */
export class InsertSessions {
  readonly #slots: Slots;
  readonly #idle: Session[] = [];
  readonly #open: () => Session;
  readonly #spoolDir: string;
  #spooled = 0;

  /** `spoolDir` holds the bytes of formats that the engine takes from a file only. */
  constructor(open: () => Session, size: number, spoolDir: string) {
    this.#open = open;
    this.#slots = new Slots(size);
    this.#spoolDir = spoolDir;
  }

  insert(insert: EngineInsert): Promise<{ rowsWritten: number }> {
    return this.#slots.run(async () => {
      const session = this.#idle.pop() ?? this.#open();
      try {
        return await (raw.has(insert.format) ? insertRaw(session, insert) : this.#insertFile(session, insert));
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

  async #insertFile(session: Session, insert: EngineInsert): Promise<{ rowsWritten: number }> {
    this.#spooled += 1;
    const file = join(this.#spoolDir, `insert-${this.#spooled}`);
    const statement = fileInsert(insert, file);
    try {
      await writeFile(file, insert.bytes);
      const { rowsRead } = await session.queryAsync(statement);
      return { rowsWritten: rowsRead };
    } finally {
      await rm(file, { force: true });
    }
  }
}

async function insertRaw(session: Session, { table, columns, format, bytes, settings }: EngineInsert): Promise<{ rowsWritten: number }> {
  const { rowsWritten } = await session.insert({
    table,
    values: bytes,
    format: format as RawInsertFormat,
    ...(columns && { columns }),
    ...(settings && { settings: { ...settings } }),
  });
  return { rowsWritten };
}

function fileInsert({ table, columns, format, settings }: EngineInsert, file: string): string {
  if (!formatName.test(format)) throw new Error(`${JSON.stringify(format)} is not a format's name`);
  const target = `INSERT INTO ${identifier(table)}${columns ? ` (${columns.map(identifier).join(', ')})` : ''}`;
  const set = Object.entries(settings ?? {}).map(([name, value]) => settingText(name, value));
  return `${target} FROM INFILE ${quoteLiteral(file)} ${set.length > 0 ? `SETTINGS ${set.join(', ')} ` : ''}FORMAT ${format}`;
}
