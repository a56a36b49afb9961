import { EngineError } from '../engine/engine.ts';
import { isKeyword, isSymbol, type SqlToken } from './sql-tokens.ts';

const text = 'text/plain; charset=UTF-8';
const json = 'application/json; charset=UTF-8';
const lines = 'application/x-ndjson; charset=UTF-8';
const tabs = 'text/tab-separated-values; charset=UTF-8';
const binary = 'application/octet-stream';

/** Formats that need no schema, file or setting, with the Content-Type a server answers with. */
const contentTypes: Readonly<Record<string, string>> = {
  ...each(['TabSeparated', 'TSV', 'TabSeparatedRaw', 'TSVRaw', 'Raw', 'TabSeparatedWithNames', 'TSVWithNames'], tabs),
  ...each(['TabSeparatedWithNamesAndTypes', 'TSVWithNamesAndTypes', 'TabSeparatedRawWithNames', 'TSVRawWithNames'], tabs),
  ...each(['TabSeparatedRawWithNamesAndTypes', 'TSVRawWithNamesAndTypes', 'TSKV'], tabs),
  ...each(['JSON', 'JSONStrings', 'JSONCompact', 'JSONCompactStrings', 'JSONColumns', 'JSONCompactColumns'], json),
  ...each(['JSONColumnsWithMetadata', 'JSONObjectEachRow'], json),
  ...each(['JSONEachRow', 'JSONLines', 'NDJSON', 'JSONL', 'JSONStringsEachRow', 'JSONCompactEachRow'], lines),
  ...each(['JSONCompactStringsEachRow', 'JSONCompactEachRowWithNames', 'JSONCompactEachRowWithNamesAndTypes'], lines),
  ...each(['JSONCompactStringsEachRowWithNames', 'JSONCompactStringsEachRowWithNamesAndTypes', 'PrettyJSONEachRow'], lines),
  ...each(['JSONEachRowWithProgress', 'JSONStringsEachRowWithProgress'], lines),
  CSV: 'text/csv; charset=UTF-8; header=absent',
  ...each(['CSVWithNames', 'CSVWithNamesAndTypes'], 'text/csv; charset=UTF-8; header=present'),
  ...each(['Pretty', 'PrettyCompact', 'PrettyCompactMonoBlock', 'PrettyMonoBlock', 'PrettyNoEscapes', 'PrettyCompactNoEscapes'], text),
  ...each(['PrettySpace', 'PrettySpaceNoEscapes', 'Vertical', 'Values', 'SQLInsert', 'LineAsString', 'Null'], text),
  ...each(['Markdown', 'MD'], 'text/markdown; charset=UTF-8'),
  XML: 'application/xml; charset=UTF-8',
  ...each(['RowBinary', 'RowBinaryWithNames', 'RowBinaryWithNamesAndTypes', 'Native', 'MsgPack', 'BSONEachRow', 'RawBLOB'], binary),
  ...each(['Parquet', 'Arrow', 'ArrowStream', 'ORC', 'Avro', 'Npy', 'Buffers'], binary),
};

/** The default of the HTTP interface. */
export const defaultFormat = 'TabSeparated';

export function contentType(format: string): string {
  return contentTypes[format] ?? text;
}

/** The format, if a question may be answered in it. Throws UNKNOWN_FORMAT otherwise. */
export function openFormat(format: string): string {
  if (Object.hasOwn(contentTypes, format)) return format;
  throw new EngineError(`Unknown format ${format}, or one that is not open to questions`, 73, 'UNKNOWN_FORMAT');
}

/**
 * Where a text says its own format: the two words FORMAT and a name before its end, a semicolon or SETTINGS. A column
 * called FORMAT in that place is taken for the clause.
 */
export function formatClause(tokens: readonly SqlToken[]): { format: string; start: number; end: number } | undefined {
  for (let at = tokens.length - 2; at > 0; at -= 1) {
    const [clause, name, next] = [tokens[at]!, tokens[at + 1]!, tokens[at + 2]];
    const ends = next === undefined || isSymbol(next, ';') || isKeyword(next, 'SETTINGS');
    const named = name.kind === 'word' || name.kind === 'quoted';
    if (isKeyword(clause, 'FORMAT') && named && ends) return { format: name.name, start: clause.start, end: name.end };
    if (isSymbol(clause, ')')) return undefined;
  }
  return undefined;
}

function each(names: readonly string[], type: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, type]));
}
