import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { adminTokenHash } from '../access/tokens.ts';
import { type SampleLhr, sampleLhr } from '../sample-lhr.contract.ts';

/** The tables as a Lighthouse CI server of today has them in SQLite, after all of its migrations. */
const schema = [
  `CREATE TABLE projects (id UUID PRIMARY KEY, name VARCHAR(256), externalUrl VARCHAR(256), createdAt DATETIME, updatedAt DATETIME,
    token UUID, slug VARCHAR(40), adminToken VARCHAR(64), baseBranch VARCHAR(80))`,
  'CREATE UNIQUE INDEX projects_unique_slug ON projects (slug)',
  `CREATE TABLE builds (id UUID PRIMARY KEY, projectId UUID, lifecycle VARCHAR(40), hash VARCHAR(40), branch VARCHAR(40),
    commitMessage VARCHAR(80), author VARCHAR(256), avatarUrl VARCHAR(256), ancestorHash VARCHAR(40), externalBuildUrl VARCHAR(256),
    runAt DATETIME, createdAt DATETIME, updatedAt DATETIME, committedAt DATETIME, ancestorCommittedAt DATETIME)`,
  `CREATE TABLE runs (id UUID PRIMARY KEY, projectId UUID, buildId UUID, representative TINYINT(1), url VARCHAR(256), lhr TEXT,
    createdAt DATETIME, updatedAt DATETIME)`,
  `CREATE TABLE statistics (id UUID PRIMARY KEY, projectId UUID, buildId UUID, url VARCHAR(256), name VARCHAR(100),
    value DECIMAL(12,4), createdAt DATETIME, updatedAt DATETIME, version DECIMAL(8,2))`,
];

const at = '2026-05-04 10:00:00.000 +00:00';

/** A Lighthouse CI server's database, as that server would have written it. */
export class SampleDatabase {
  readonly #database: DatabaseSync;
  readonly projectId = randomUUID();
  readonly token = randomUUID();
  readonly adminToken = 'l'.repeat(40);

  private constructor(
    private readonly folder: string,
    readonly path: string,
  ) {
    this.#database = new DatabaseSync(path);
    for (const statement of schema) this.#database.exec(statement);
    this.#insert('projects', {
      ...{ id: this.projectId, name: 'Old server', externalUrl: 'https://git.example/old', slug: 'old-server', baseBranch: 'main' },
      ...{ token: this.token, adminToken: adminTokenHash(this.projectId, this.adminToken), createdAt: at, updatedAt: at },
    });
  }

  static async make(): Promise<SampleDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'beaconhouse-lhci-'));
    return new SampleDatabase(folder, join(folder, 'db.sql'));
  }

  build(facts: Readonly<Record<string, string>>): string {
    const id = randomUUID();
    this.#insert('builds', {
      ...{ id, projectId: this.projectId, lifecycle: 'sealed', hash: 'a'.repeat(40), branch: 'main', commitMessage: 'old', author: 'Ada' },
      ...{ avatarUrl: '', ancestorHash: '', externalBuildUrl: '', runAt: at, createdAt: at, updatedAt: at, committedAt: at },
      ...{ ancestorCommittedAt: null, ...facts },
    });
    return id;
  }

  run(buildId: string, lhr: SampleLhr | string, representative = false): void {
    const text = typeof lhr === 'string' ? lhr : JSON.stringify(sampleLhr(lhr));
    const url = 'https://shop.example/';
    this.#insert('runs', {
      ...{ id: randomUUID(), projectId: this.projectId, buildId, representative: representative ? 1 : 0, url, lhr: text },
      ...{ createdAt: at, updatedAt: at },
    });
  }

  statistic(buildId: string, name: string, value: number, version: number): void {
    const url = 'https://shop.example/';
    this.#insert('statistics', {
      id: randomUUID(),
      projectId: this.projectId,
      buildId,
      url,
      name,
      value,
      version,
      createdAt: at,
      updatedAt: at,
    });
  }

  async dispose(): Promise<void> {
    this.#database.close();
    await rm(this.folder, { recursive: true });
  }

  #insert(table: string, row: Readonly<Record<string, string | number | null>>): void {
    const names = Object.keys(row);
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    this.#database.prepare(sql).run(...Object.values(row));
  }
}
