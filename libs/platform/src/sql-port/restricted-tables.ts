import { isKeyword, isName, isSymbol, type SqlToken } from './sql-tokens.ts';

/** System tables that tell nothing about this installation: read as they are. */
export const harmlessSystemTables: ReadonlySet<string> = new Set([
  ...['system.one', 'system.numbers', 'system.numbers_mt', 'system.zeros', 'system.time_zones'],
  ...['system.formats', 'system.data_type_families', 'system.aggregate_function_combinators'],
]);

/**
 * System tables that clients read to learn what there is to ask. A question gets this query in place of the table: only open
 * tables, and none of the columns that tell paths, keys or definitions.
 */
export function restrictedTables(openTables: readonly string[]): ReadonlyMap<string, string> {
  const names = openTables.map((name) => `'${name}'`).join(', ');
  return new Map([
    ['system.databases', "SELECT 'default' AS name, 'Atomic' AS engine, '' AS comment"],
    [
      'system.tables',
      `SELECT database, name, engine, is_temporary, comment, '' AS create_table_query, '' AS engine_full, '' AS partition_key, '' AS sorting_key, '' AS primary_key, total_rows, total_bytes FROM system.tables WHERE database = 'default' AND name IN (${names})`,
    ],
    [
      'system.columns',
      `SELECT database, table, name, type, position, '' AS default_kind, '' AS default_expression, comment, 0 AS is_in_partition_key, 0 AS is_in_sorting_key, 0 AS is_in_primary_key, 0 AS is_in_sampling_key FROM system.columns WHERE database = 'default' AND table IN (${names})`,
    ],
    [
      'system.functions',
      "SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions WHERE origin = 'System'",
    ],
    ['system.settings', 'SELECT name, value, changed, description, min, max, toUInt8(1) AS readonly, type, default FROM system.settings'],
  ]);
}

/** Writes the queries in place of the tables. Exact for text written by the engine's formatter. */
export function replaceTables(
  sql: string,
  tokens: readonly SqlToken[],
  forms: ReadonlyMap<string, string>,
): { sql: string; replaced: number } {
  let result = '';
  let done = 0;
  let replaced = 0;
  tokens.forEach((database, at) => {
    const [before, dot, table, after] = [tokens[at - 1], tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    if (!isName(database) || !isSymbol(dot, '.') || !isName(table) || isSymbol(before, '.') || isSymbol(after, '.')) return;
    const form = forms.get(`${database.name}.${table.name}`);
    if (form === undefined) return;
    const alias = isKeyword(after, 'AS') ? '' : ` AS ${table.text}`;
    result += `${sql.slice(done, database.start)}(${form})${alias}`;
    done = table.end;
    replaced += 1;
  });
  return { sql: result + sql.slice(done), replaced };
}
