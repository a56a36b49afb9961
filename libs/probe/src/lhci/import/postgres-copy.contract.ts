import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { NativePostgres } from '../../../../../infra/native/native-postgres.ts';

/** The tables as a Lighthouse CI server of today has them in PostgreSQL, after all of its migrations: Sequelize's types for the same models. */
const types = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([type, names]) =>
      names
        .split(' ')
        .map((name) => `"${name}" ${type}`)
        .join(', '),
    )
    .join(', ');
const moment = 'TIMESTAMP WITH TIME ZONE';
const tables = {
  projects: types({ UUID: 'id token', 'VARCHAR(256)': 'name externalUrl slug adminToken baseBranch', [moment]: 'createdAt updatedAt' }),
  builds: types({
    ...{ UUID: 'id projectId', 'VARCHAR(256)': 'lifecycle hash branch commitMessage author avatarUrl ancestorHash externalBuildUrl' },
    [moment]: 'runAt createdAt updatedAt committedAt ancestorCommittedAt',
  }),
  runs: types({
    ...{ UUID: 'id projectId buildId', BOOLEAN: 'representative', 'VARCHAR(256)': 'url', TEXT: 'lhr', [moment]: 'createdAt updatedAt' },
  }),
  statistics: types({
    ...{ UUID: 'id projectId buildId', 'VARCHAR(256)': 'url name', 'DECIMAL(12,4)': 'value', 'DECIMAL(8,2)': 'version' },
    [moment]: 'createdAt updatedAt',
  }),
};

/** A new database of the server with what stands in an SQLite file; answers its address. */
export async function copyToPostgres(path: string, server: NativePostgres): Promise<string> {
  const name = `lhci_${randomBytes(6).toString('hex')}`;
  await within(server.url(), (client) => client.query(`CREATE DATABASE ${name}`));
  const source = new DatabaseSync(path, { readOnly: true });
  await within(server.url(name), async (client) => {
    for (const [table, columns] of Object.entries(tables)) {
      await client.query(`CREATE TABLE ${table} (${columns})`);
      for (const row of source.prepare(`SELECT * FROM ${table}`).all()) {
        const names = Object.keys(row).filter((column) => row[column] !== null);
        const values = names.map((column) => (column === 'representative' ? row[column] === 1 : row[column]));
        const places = names.map((_, index) => `$${index + 1}`).join(', ');
        await client.query(`INSERT INTO ${table} (${names.map((column) => `"${column}"`).join(', ')}) VALUES (${places})`, values);
      }
    }
  });
  source.close();
  return server.url(name);
}

async function within(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
