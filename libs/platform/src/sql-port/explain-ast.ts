import { EngineError } from '../engine/engine.ts';

/** A node of the engine's own syntax tree, as EXPLAIN AST tells it. */
export interface AstNode {
  /** Such as Function, TableIdentifier, Literal. */
  readonly type: string;
  /** What follows the type: a function's or table's name, a literal; without alias and count. */
  readonly value: string;
  readonly alias: string | undefined;
  readonly children: readonly AstNode[];
}

interface OpenNode extends AstNode {
  readonly depth: number;
  readonly expected: number;
  readonly children: OpenNode[];
}

/**
 * Reads the text of EXPLAIN AST: one node a line, depth by indentation, the number of children at the end. Names in the
 * text may hold anything, a line break too, so every count has to come out right: a name can then add lines that look like
 * nodes, but never hide one.
 */
export function readAst(text: string): AstNode {
  const open: OpenNode[] = [];
  let root: OpenNode | undefined;
  for (const source of text.trimEnd().split('\n')) {
    const node = readLine(source);
    while (open.length > node.depth) close(open.pop()!);
    if (open.length !== node.depth || (root && node.depth === 0)) throw unreadable();
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  }
  for (const node of open) close(node);
  if (!root) throw unreadable();
  return root;
}

/** Every node with its parent, in no particular order. */
export function* walk(root: AstNode): Generator<{ node: AstNode; parent: AstNode | undefined }> {
  const waiting: { node: AstNode; parent: AstNode | undefined }[] = [{ node: root, parent: undefined }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    for (const child of next.node.children) waiting.push({ node: child, parent: next.node });
  }
}

/** `Type value (alias name) (children 2)`. Searched from both ends, without backtracking: a line may be 256 KiB of anything. */
function readLine(source: string): OpenNode {
  const depth = source.search(/[^ ]/);
  if (depth < 0) throw unreadable();
  const tail = source.lastIndexOf(' (children ');
  const count = tail < 0 ? undefined : /^ \(children (\d{1,9})\)$/.exec(source.slice(tail, tail + 32))?.[1];
  const counted = count !== undefined && source.length === tail + ` (children ${count})`.length;
  const body = counted ? source.slice(depth, tail) : source.slice(depth);
  const [type, rest] = cutAt(body, ' ');
  const [value, alias] = cutAt(` ${rest ?? ''}`, ' (alias ');
  return { type, value: value.slice(1), alias: alias?.slice(0, -1), depth, expected: counted ? Number(count) : 0, children: [] };
}

function cutAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

function close(node: OpenNode): void {
  if (node.children.length !== node.expected) throw unreadable();
}

function unreadable(): EngineError {
  return new EngineError('the question cannot be checked: its syntax tree is ambiguous (a line break in a name?)', 497, 'ACCESS_DENIED');
}
