import { isKeyword, isName, isSymbol, type SqlToken, tokenize } from './sql-tokens.ts';

/** `INSERT INTO t (a, b) SETTINGS x = 1 FORMAT JSONEachRow` and where its data begin. */
export interface InsertStatement {
  /** As written: table and columns. */
  readonly target: string;
  /** `t` or `db.t`; undefined for anything but a plain name. */
  readonly table: string | undefined;
  /** Undefined where none are named; null where they are not plain names. */
  readonly columns: readonly string[] | undefined | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly format: string;
  /** Offset behind the format and one line break. */
  readonly dataStart: number;
}

/** Reads the head of an insert with data behind it. Undefined for everything else: VALUES, SELECT, other statements. */
export function readInsert(text: string): InsertStatement | undefined {
  const tokens = tokenize(text);
  if (!isKeyword(tokens[0], 'INSERT') || !isKeyword(tokens[1], 'INTO')) return undefined;
  const formatAt = tokens.findIndex((token, at) => isKeyword(token, 'FORMAT') && isName(tokens[at + 1]));
  if (formatAt < 0) return undefined;
  const format = tokens[formatAt + 1]!;
  const head = tokens.slice(isKeyword(tokens[2], 'TABLE') ? 3 : 2, formatAt);
  if (head.length === 0 || head.some((token) => isKeyword(token, 'SELECT') || isKeyword(token, 'VALUES'))) return undefined;
  const settingsAt = head.findIndex((token) => isKeyword(token, 'SETTINGS'));
  const target = settingsAt < 0 ? head : head.slice(0, settingsAt);
  const open = target.findIndex((token) => isSymbol(token, '('));
  return {
    target: text.slice(target[0]!.start, target.at(-1)!.end),
    table: plainTable(open < 0 ? target : target.slice(0, open)),
    columns: open < 0 ? undefined : plainColumns(target.slice(open)),
    settings: settingsAt < 0 ? {} : plainSettings(head.slice(settingsAt + 1)),
    format: format.name,
    dataStart: format.end + (/^[ \t\r]*\n?/.exec(text.slice(format.end, format.end + 64))?.[0].length ?? 0),
  };
}

function plainTable(tokens: readonly SqlToken[]): string | undefined {
  const [first, dot, second] = tokens;
  if (tokens.length === 1 && isName(first)) return first.name;
  if (tokens.length === 3 && isName(first) && isSymbol(dot, '.') && isName(second)) return `${first.name}.${second.name}`;
  return undefined;
}

function plainColumns(tokens: readonly SqlToken[]): string[] | null {
  const inner = tokens.slice(1, -1);
  const plain = isSymbol(tokens.at(-1), ')') && inner.every((token, at) => (at % 2 === 0 ? isName(token) : isSymbol(token, ',')));
  return plain && inner.length > 0 ? inner.filter(isName).map(({ name }) => name) : null;
}

function plainSettings(tokens: readonly SqlToken[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (let at = 0; at + 2 < tokens.length; at += 4) {
    const value = tokens[at + 2]!;
    settings[tokens[at]!.name] = value.kind === 'string' ? value.text.slice(1, -1) : value.text;
  }
  return settings;
}
