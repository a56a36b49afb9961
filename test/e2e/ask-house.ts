/** Rows of a question to a ClickHouse HTTP interface. */
export async function askRows<Row>(url: string, sql: string, headers: Readonly<Record<string, string>>): Promise<Row[]> {
  const response = await fetch(`${url}/?default_format=JSONEachRow`, { method: 'POST', body: sql, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** What /metrics of an app says is on its way to the tables: messages on the stream, rows of the ledger in memory. */
export async function onItsWay(http: string): Promise<number[]> {
  const text = await (await fetch(`${http}/metrics`)).text();
  const counts = text.matchAll(/^beaconhouse_(?:stream_lag_messages\{[^}]*\}|ledger_unwritten_rows) (\d+)/gm);
  return [...counts].map(([, count]) => Number(count));
}
