import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
/** As Sequelize writes it, `2026-05-04 10:00:00.000 +00:00`; milliseconds since 1970. */
const moment = z
  .string()
  .nullish()
  .transform((value) => {
    const at = Date.parse(value ?? '');
    return Number.isNaN(at) ? null : at;
  });

const projectRow = z.object({
  ...{ id: z.string(), name: text, slug: text, externalUrl: text, token: text, adminToken: text, baseBranch: text },
  ...{ createdAt: moment, updatedAt: moment },
});
const buildRow = z.object({
  ...{ id: z.string(), projectId: z.string(), lifecycle: text, hash: text, branch: text, commitMessage: text, author: text },
  ...{ avatarUrl: text, ancestorHash: text, externalBuildUrl: text },
  ...{ runAt: moment, committedAt: moment, ancestorCommittedAt: moment, createdAt: moment, updatedAt: moment },
});
const runRow = z.object({
  ...{ id: z.string(), url: text, lhr: text, createdAt: moment },
  representative: z.union([z.number(), z.bigint(), z.null()]).transform((value) => Number(value) === 1),
});
const statisticRow = z.object({ url: text, name: z.string(), value: z.coerce.number(), version: z.coerce.number() });

export type SourceProject = z.output<typeof projectRow>;
export type SourceBuild = z.output<typeof buildRow>;
export type SourceRun = z.output<typeof runRow>;
export type SourceStatistic = z.output<typeof statisticRow>;

/** The database of a Lighthouse CI server, an SQLite file; only read. Its shape is that of Lighthouse CI 0.4 and later. */
export class LhciDatabase {
  private constructor(private readonly database: DatabaseSync) {}

  /** Rejects where the file is none or cannot be read. */
  static async open(path: string): Promise<LhciDatabase> {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path, { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name IN ('projects', 'builds', 'runs', 'statistics')").all();
    if (tables.length === 4) return new LhciDatabase(database);
    database.close();
    throw new Error(`${path} is no database of Lighthouse CI: it lacks the tables projects, builds, runs and statistics`);
  }

  projects(): SourceProject[] {
    return this.database
      .prepare('SELECT * FROM projects ORDER BY createdAt, id')
      .all()
      .map((row) => projectRow.parse(row));
  }

  /** Of a project, the oldest first. */
  builds(projectId: string): SourceBuild[] {
    return this.database
      .prepare('SELECT * FROM builds WHERE projectId = ? ORDER BY createdAt, id')
      .all(projectId)
      .map((row) => buildRow.parse(row));
  }

  runCount(buildId: string): number {
    return Number(this.database.prepare('SELECT count(*) AS runs FROM runs WHERE buildId = ?').get(buildId)?.runs ?? 0);
  }

  /** Of a build, one at a time: each has a whole result of Lighthouse. */
  *runs(buildId: string): Generator<SourceRun> {
    const rows = this.database.prepare('SELECT id, url, lhr, representative, createdAt FROM runs WHERE buildId = ? ORDER BY createdAt, id');
    for (const row of rows.iterate(buildId)) yield runRow.parse(row);
  }

  statistics(buildId: string): SourceStatistic[] {
    return this.database
      .prepare('SELECT url, name, value, version FROM statistics WHERE buildId = ? ORDER BY createdAt, id')
      .all(buildId)
      .map((row) => statisticRow.parse(row));
  }

  close(): void {
    this.database.close();
  }
}
