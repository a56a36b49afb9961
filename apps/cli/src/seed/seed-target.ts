import type { Engine } from '#platform';
import type { SeedStatement } from './seed-statements.ts';

/** Where seeded rows go. */
export interface SeedTarget {
  run(statement: SeedStatement): Promise<void>;
  ask<Row extends object>(statement: SeedStatement): Promise<Row[]>;
  close(): Promise<void>;
}

function rowsOf<Row>(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The engine of a data folder that no server works on. */
export class EngineSeedTarget implements SeedTarget {
  constructor(private readonly engine: Engine) {}

  async run(statement: SeedStatement): Promise<void> {
    await this.engine.query({ ...statement, format: 'Null' });
  }

  async ask<Row extends object>(statement: SeedStatement): Promise<Row[]> {
    const { bytes } = await this.engine.query({ ...statement, format: 'JSONEachRow' });
    return rowsOf(Buffer.from(bytes).toString('utf8'));
  }

  async close(): Promise<void> {
    await this.engine.close();
  }
}

/** The SQL port of a running server, entered with the secret that only the house's own processes can read. */
export class SqlPortSeedTarget implements SeedTarget {
  constructor(
    private readonly address: string,
    private readonly secret: string,
  ) {}

  async run(statement: SeedStatement): Promise<void> {
    await this.#send(statement);
  }

  async ask<Row extends object>(statement: SeedStatement): Promise<Row[]> {
    return rowsOf(await this.#send(statement));
  }

  async close(): Promise<void> {}

  async #send({ sql, params }: SeedStatement): Promise<string> {
    const url = new URL(this.address);
    url.searchParams.set('default_format', 'JSONEachRow');
    // An error after the first byte would still be a 200.
    url.searchParams.set('wait_end_of_query', '1');
    for (const [name, value] of Object.entries(params)) url.searchParams.set(`param_${name}`, String(value));
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': this.secret };
    const answer = await fetch(url, { method: 'POST', headers, body: sql });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the SQL port refused an insert of the seed (${answer.status}): ${text.slice(0, 500)}`);
    return text;
  }
}
