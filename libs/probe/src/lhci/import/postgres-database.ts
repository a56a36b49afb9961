import type { Client } from 'pg';
import {
  buildRow,
  type LhciDatabase,
  lhciTables,
  projectRow,
  runRow,
  type SourceBuild,
  type SourceProject,
  type SourceRun,
  type SourceStatistic,
  statisticRow,
} from './lhci-database.ts';

/** Of one answer; a result of Lighthouse has megabytes. */
const statementMs = 60_000;
const connectMs = 10_000;

/** A database of a PostgreSQL server, `postgres://user:password@host:5432/name?sslmode=require`. */
export class PostgresDatabase implements LhciDatabase {
  private constructor(private readonly client: Client) {}

  /** Rejects with what the server says where there is no such database, or it has none of the tables. */
  static async open(address: string): Promise<PostgresDatabase> {
    const { Client } = (await import('pg')).default;
    const client = new Client({ connectionString: address, connectionTimeoutMillis: connectMs, statement_timeout: statementMs });
    // A connection that breaks between two questions is told by the next one.
    client.on('error', () => {});
    await client.connect();
    try {
      // Nothing is written by mistake, whatever the rights of the user are.
      await client.query('SET default_transaction_read_only = on');
      const { rows } = await client.query(
        'SELECT count(*)::int AS tables FROM unnest($1::text[]) AS t WHERE to_regclass(quote_ident(t)) IS NOT NULL',
        [lhciTables],
      );
      if (rows[0]?.tables !== lhciTables.length)
        throw new Error(`it is no database of Lighthouse CI: it lacks the tables ${lhciTables.join(', ')}`);
      return new PostgresDatabase(client);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  async projects(): Promise<SourceProject[]> {
    return (await this.#rows('SELECT * FROM projects ORDER BY "createdAt", id')).map((row) => projectRow.parse(row));
  }

  async builds(projectId: string): Promise<SourceBuild[]> {
    const rows = await this.#rows('SELECT * FROM builds WHERE "projectId" = $1 ORDER BY "createdAt", id', projectId);
    return rows.map((row) => buildRow.parse(row));
  }

  async runCount(buildId: string): Promise<number> {
    const [row] = await this.#rows('SELECT count(*)::int AS runs FROM runs WHERE "buildId" = $1', buildId);
    return Number(row?.runs ?? 0);
  }

  async *runs(buildId: string): AsyncGenerator<SourceRun> {
    const ids = await this.#rows('SELECT id FROM runs WHERE "buildId" = $1 ORDER BY "createdAt", id', buildId);
    for (const { id } of ids) {
      const [row] = await this.#rows('SELECT id, url, lhr, representative, "createdAt" FROM runs WHERE id = $1', String(id));
      // Deleted by its server since.
      if (row) yield runRow.parse(row);
    }
  }

  async statistics(buildId: string): Promise<SourceStatistic[]> {
    const rows = await this.#rows(
      'SELECT url, name, value, version FROM statistics WHERE "buildId" = $1 ORDER BY "createdAt", id',
      buildId,
    );
    return rows.map((row) => statisticRow.parse(row));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  async #rows(sql: string, ...values: string[]): Promise<Record<string, unknown>[]> {
    return (await this.client.query(sql, values)).rows;
  }
}
