import { EngineError } from '../engine/engine.ts';
import { type AstNode, walk } from './explain-ast.ts';
import type { FunctionRules } from './function-rules.ts';
import { refused } from './text-rules.ts';

/** Node types a reading question is made of. Anything else is refused, Set (SETTINGS) and viewExplain's Explain among them. */
const nodeTypes = new Set([
  ...['SelectWithUnionQuery', 'SelectQuery', 'SelectIntersectExceptQuery', 'ExpressionList', 'Subquery', 'WithElement'],
  ...['TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression', 'TableJoin', 'ArrayJoin', 'SampleRatio', 'TableIdentifier'],
  ...['Identifier', 'Literal', 'Function', 'Asterisk', 'QualifiedAsterisk', 'OrderByElement', 'InterpolateElement'],
  ...['ColumnsRegexpMatcher', 'ColumnsListMatcher', 'QualifiedColumnsRegexpMatcher', 'QualifiedColumnsListMatcher'],
  ...['ColumnsTransformerList', 'ColumnsApplyTransformer', 'ColumnsExceptTransformer', 'ColumnsReplaceTransformer'],
  ...['ColumnsReplaceTransformer::Replacement', 'WindowListElement', 'WindowDefinition'],
]);

const setOperators = new Set(['in', 'notin', 'nullin', 'notnullin', 'globalin', 'globalnotin', 'globalnullin', 'globalnotnullin']);

/** Throws unless the tree is one reading question made of open parts. Returns the names of the tables it reads, as written. */
export function checkTree(root: AstNode, functions: FunctionRules): string[] {
  if (root.type !== 'SelectWithUnionQuery' || root.children.length !== 1) {
    const settings = root.children.some(({ type }) => type === 'Set');
    throw settings ? settingsRefused() : refused('a question is one SELECT, without INTO OUTFILE');
  }
  const nodes = [...walk(root)];
  const lambdas = new Set(nodes.flatMap(({ node }) => (isLambda(node) && node.alias !== undefined ? [node.alias] : [])));
  for (const { node, parent } of nodes) {
    if (node.type === 'Set') throw settingsRefused();
    if (!nodeTypes.has(node.type)) throw refused(`${node.type} is not open to questions`);
    if (node.type === 'Function') checkFunction(node, parent, functions, lambdas);
  }
  return nodes.flatMap(({ node }) => (node.type === 'TableIdentifier' ? [node.value] : []));
}

function checkFunction(node: AstNode, parent: AstNode | undefined, functions: FunctionRules, lambdas: ReadonlySet<string>): void {
  const name = node.value;
  if (parent?.type === 'TableExpression') {
    if (!functions.allowsTable(name)) throw refused(`the table function ${name} is not open to questions`);
    return;
  }
  if (!functions.allows(name) && !(lambdas.has(name) && !functions.knows(name))) {
    throw functions.knows(name) ? refused(`the function ${name} is not open to questions`) : unknownFunction(name);
  }
  const args = node.children[0]?.children ?? [];
  if (setOperators.has(name.toLowerCase())) checkSet(args[1], functions);
  for (const argument of args) checkFunctionName(argument, functions);
}

/** Behind IN a bare name can be a table, and a call a table function. */
function checkSet(set: AstNode | undefined, functions: FunctionRules): void {
  const open = set?.type === 'Literal' || set?.type === 'Subquery' || (set?.type === 'Function' && !functions.isTableFunction(set.value));
  if (!open) throw refused('IN takes a list or a subquery here, not the name of a table: write IN (SELECT ...)');
}

/** A bare name may stand for a function where a lambda is taken: `arrayMap(lower, names)`. */
function checkFunctionName(argument: AstNode, functions: FunctionRules): void {
  if (argument.type !== 'Identifier' || !functions.isCallable(argument.value) || functions.allows(argument.value)) return;
  throw refused(`${argument.value} is the name of a function that is not open to questions: call your column something else`);
}

function isLambda(node: AstNode): boolean {
  return node.type === 'Function' && node.value === 'lambda';
}

function unknownFunction(name: string): EngineError {
  return new EngineError(`Function with name \`${name}\` does not exist`, 46, 'UNKNOWN_FUNCTION');
}

function settingsRefused(): EngineError {
  return new EngineError(
    'Cannot modify settings in the text of a question; see docs/sql.md for those the address may carry',
    164,
    'READONLY',
  );
}
