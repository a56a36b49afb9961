import type { NativeEngine } from '../infra/native/native-engine.ts';

/** Rows of a question to an engine behind its HTTP port, asked as the house itself. */
export async function askEngine<Row>({ url, password }: NativeEngine, sql: string): Promise<Row[]> {
  const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': password };
  const response = await fetch(`${url}/?default_format=JSONEachRow`, { method: 'POST', body: sql, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/** Stored events; none before the first loader has made the tables. */
export async function countRows(engine: NativeEngine): Promise<number> {
  const sql = `SELECT sum(ifNull(total_rows, 0)) AS rows FROM system.tables WHERE database = currentDatabase() AND name = 'rum_events'`;
  const [row] = await askEngine<{ rows: string }>(engine, sql);
  return Number(row!.rows);
}
