import { EngineError } from '../engine/engine.ts';
import type { FunctionRules } from './function-rules.ts';
import { isKeyword, isName, isSymbol, type SqlToken } from './sql-tokens.ts';

/**
 * What the syntax tree does not show, looked for in the engine's own formatting of the question. EXPLAIN AST leaves out
 * the function of `* APPLY f`, so the text is a second net under the tree: no name before a bracket may be one the engine
 * knows and the list does not.
 */
export function checkText(tokens: readonly SqlToken[], functions: FunctionRules): void {
  let inPlaceholder = false;
  tokens.forEach((token, at) => {
    inPlaceholder = isSymbol(token, '{') || (inPlaceholder && !isSymbol(token, '}'));
    if (inPlaceholder) return; // {name:Array(String)} holds types, which look like calls.
    if (token.kind === 'quoted' && /\\[^\\`]/.test(token.text)) throw refused('a name holds a control character');
    const next = tokens[at + 1];
    if (isName(token) && isSymbol(next, '(') && next?.start === token.end) checkCall(token.name, functions);
    if (isKeyword(token, 'APPLY')) checkApply(tokens.slice(at + 1, at + 1 + applyTokens), functions);
  });
}

/** An APPLY longer than this is refused. */
const applyTokens = 40;

function checkCall(name: string, functions: FunctionRules): void {
  if (functions.allows(name) || functions.allowsTable(name) || !functions.knows(name)) return;
  throw refused(`the function ${name} is not open to questions`);
}

/** `APPLY name` or `APPLY name(numbers and strings)`; a lambda is refused, because its body is not in the tree. */
function checkApply(rest: readonly SqlToken[], functions: FunctionRules): void {
  const [name, ...tail] = rest;
  if (!isName(name) || !functions.allows(name.name)) throw refused('APPLY takes the name of an open function here');
  if (isSymbol(tail[0], '-') && isSymbol(tail[1], '>'))
    throw refused('APPLY with a lambda is not open to questions: use arrayMap or name the columns');
  if (!isSymbol(tail[0], '(')) return;
  const close = tail.findIndex((token) => isSymbol(token, ')'));
  const plain = (token: SqlToken) => token.kind === 'number' || token.kind === 'string' || ',-'.includes(token.text);
  if (close < 0 || !tail.slice(1, close).every(plain)) throw refused('APPLY takes plain parameters only here');
}

export function refused(message: string): EngineError {
  return new EngineError(message, 497, 'ACCESS_DENIED');
}
