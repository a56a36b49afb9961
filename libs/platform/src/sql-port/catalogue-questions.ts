import { isKeyword, isName, isSymbol, type SqlToken } from './sql-tokens.ts';
import { refused } from './text-rules.ts';

/** Told to clients that ask for it: block headers of this revision carry no flags per column (see native-blocks.ts). */
export const protocolRevision = 54_453;
export const displayName = 'beaconhouse';

export interface Catalogue {
  readonly version: string;
  readonly timezone: string;
  readonly tables: ReadonlySet<string>;
  /** What stands for system tables. */
  readonly forms: ReadonlyMap<string, string>;
}

/** The question clickhouse-go opens every HTTP connection with. */
export function isHello(tokens: readonly SqlToken[]): boolean {
  const text = tokens.slice(0, 20).map(({ text }) => text);
  return text.join(' ').toLowerCase() === 'select displayname ( ) , version ( ) , revision ( ) , timezone ( )';
}

/**
 * SHOW, DESCRIBE and EXISTS as clients send them, answered by a SELECT about open tables only. Undefined for anything else;
 * throws for a table that is not open.
 */
export function catalogueQuestion(tokens: readonly SqlToken[], catalogue: Catalogue): string | undefined {
  if (isHello(tokens)) return hello(catalogue);
  if (isKeyword(tokens[0], 'SHOW') && isKeyword(tokens[1], 'DATABASES')) return `SELECT 'default' AS name${filter(tokens.slice(2))}`;
  if (isKeyword(tokens[0], 'SHOW') && isKeyword(tokens[1], 'TABLES')) return showTables(tokens.slice(2), catalogue);
  if (isKeyword(tokens[0], 'DESCRIBE') && isKeyword(tokens[1], 'TABLE')) return describeTable(tokens.slice(2), catalogue);
  if (isKeyword(tokens[0], 'EXISTS') && isKeyword(tokens[1], 'TABLE')) return existsTable(tokens.slice(2), catalogue);
  return undefined;
}

function hello({ version, timezone }: Catalogue): string {
  return `SELECT '${displayName}' AS \`displayName()\`, '${version}' AS \`version()\`, toUInt32(${protocolRevision}) AS \`revision()\`, '${timezone}' AS \`timezone()\``;
}

function showTables(tokens: readonly SqlToken[], { forms }: Catalogue): string {
  const from = isKeyword(tokens[0], 'FROM') ? tokens[1]?.name : undefined;
  const where = from === undefined || from === 'default' ? '1' : '0';
  return `SELECT name FROM (SELECT name FROM (${forms.get('system.tables')}) WHERE ${where} ORDER BY name)${filter(tokens.slice(from === undefined ? 0 : 2))}`;
}

/** `LIKE 'r%'` and its like; anything more is refused. */
function filter(tokens: readonly SqlToken[]): string {
  if (tokens.length === 0) return '';
  const pattern = tokens.at(-1)!;
  const operator = tokens.slice(0, -1).map(({ text }) => text.toUpperCase());
  if (pattern.kind !== 'string' || !/^(NOT )?I?LIKE$/.test(operator.join(' '))) throw refused('SHOW takes FROM and LIKE here');
  return ` WHERE name ${operator.join(' ')} ${pattern.text}`;
}

function describeTable(tokens: readonly SqlToken[], catalogue: Catalogue): string {
  const table = tableName(tokens);
  if (!catalogue.tables.has(table)) throw refused('DESCRIBE takes one of the open tables here; SHOW TABLES lists them');
  return `SELECT name, type, '' AS default_type, '' AS default_expression, comment, '' AS codec_expression, '' AS ttl_expression FROM (SELECT * FROM (${catalogue.forms.get('system.columns')}) WHERE table = '${table}' ORDER BY position)`;
}

function existsTable(tokens: readonly SqlToken[], { tables }: Catalogue): string {
  return `SELECT toUInt8(${tables.has(tableName(tokens)) ? 1 : 0}) AS result`;
}

/** `t` for `t` and `default.t`, other databases with their name in front. */
function tableName(tokens: readonly SqlToken[]): string {
  const [first, dot, second] = tokens;
  if (tokens.length === 1 && isName(first)) return first.name;
  if (tokens.length !== 3 || !isName(first) || !isSymbol(dot, '.') || !isName(second))
    throw refused('one table has to be named here, and nothing else');
  return first.name === 'default' ? second.name : `${first.name}.${second.name}`;
}
