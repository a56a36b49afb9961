type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol';

export interface SqlToken {
  readonly kind: TokenKind;
  /** As it stands in the text, quotes included. */
  readonly text: string;
  /** The name a word or a quoted identifier stands for. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Alternatives in order: space and comments, string, two kinds of quoted identifiers, word, number, any other character. */
const pattern =
  /(\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^'\\]|\\[\s\S])*')|(`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*")|([A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|(\d[\w.]*)|([\s\S])/gy;
const kinds = ['string', 'quoted', 'word', 'number', 'symbol'] as const;

/**
 * Splits SQL into tokens. Exact for text written by the engine's formatter; for people's text good enough to find where
 * clauses begin, never to decide what is safe.
 */
export function tokenize(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const match of sql.matchAll(pattern)) {
    const index = match.slice(2).findIndex((group) => group !== undefined);
    const kind = kinds[index];
    if (kind === undefined) continue;
    const text = match[0];
    tokens.push({ kind, text, name: kind === 'quoted' ? unquote(text) : text, start: match.index, end: match.index + text.length });
  }
  return tokens;
}

/** True where the token is this keyword, unquoted, in any case. */
export function isKeyword(token: SqlToken | undefined, keyword: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === keyword;
}

export function isSymbol(token: SqlToken | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

export function isName(token: SqlToken | undefined): token is SqlToken {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1');
}
