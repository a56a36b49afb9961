import type { DatabaseSync } from 'node:sqlite';
import {
  buildRow,
  type LhciDatabase,
  projectRow,
  runRow,
  type SourceBuild,
  type SourceProject,
  type SourceRun,
  type SourceStatistic,
  statisticRow,
} from './lhci-database.ts';

/** An SQLite file. */
export class SqliteDatabase implements LhciDatabase {
  private constructor(private readonly database: DatabaseSync) {}

  /** Rejects where the file is none or cannot be read. */
  static async open(path: string): Promise<SqliteDatabase> {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path, { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name IN ('projects', 'builds', 'runs', 'statistics')").all();
    if (tables.length === 4) return new SqliteDatabase(database);
    database.close();
    throw new Error(`${path} is no database of Lighthouse CI: it lacks the tables projects, builds, runs and statistics`);
  }

  async projects(): Promise<SourceProject[]> {
    return this.database
      .prepare('SELECT * FROM projects ORDER BY createdAt, id')
      .all()
      .map((row) => projectRow.parse(row));
  }

  async builds(projectId: string): Promise<SourceBuild[]> {
    return this.database
      .prepare('SELECT * FROM builds WHERE projectId = ? ORDER BY createdAt, id')
      .all(projectId)
      .map((row) => buildRow.parse(row));
  }

  async runCount(buildId: string): Promise<number> {
    return Number(this.database.prepare('SELECT count(*) AS runs FROM runs WHERE buildId = ?').get(buildId)?.runs ?? 0);
  }

  async *runs(buildId: string): AsyncGenerator<SourceRun> {
    const rows = this.database.prepare('SELECT id, url, lhr, representative, createdAt FROM runs WHERE buildId = ? ORDER BY createdAt, id');
    for (const row of rows.iterate(buildId)) yield runRow.parse(row);
  }

  async statistics(buildId: string): Promise<SourceStatistic[]> {
    return this.database
      .prepare('SELECT url, name, value, version FROM statistics WHERE buildId = ? ORDER BY createdAt, id')
      .all(buildId)
      .map((row) => statisticRow.parse(row));
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
