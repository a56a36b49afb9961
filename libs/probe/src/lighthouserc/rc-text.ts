import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, visit, type YAMLMap } from 'yaml';
import { mistake, type RcProblem, warning } from './rc-problem.ts';

export interface RcText {
  readonly value: unknown;
  readonly problems: readonly RcProblem[];
  /** Of a field, or of what holds it; undefined where neither is in the text. */
  lineOf(field: readonly PropertyKey[]): number | undefined;
}

/** Aliases that one text may use: a bomb of nested ones uses thousands. */
const mostAliases = 100;

/**
 * Reads YAML, and JSON as a part of it. A key that stands twice is not refused and hides nothing: what stands under both is put together, with a
 * warning. (Strict readers refuse such a file, lenient ones drop the first.)
 */
export function readRcText(text: string): RcText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const mistakes = document.errors.map(({ message, pos }) => mistake([], `line ${lineAt(pos[0])}: ${message}`));
  if (mistakes.length > 0) return { value: undefined, problems: mistakes, lineOf: () => undefined };
  const repeats: RcProblem[] = [];
  visit(document, {
    Map: (_, map) => {
      repeats.push(...joinRepeats(map, lineAt));
    },
  });
  const lineOf = (field: readonly PropertyKey[]): number | undefined => {
    for (let depth = field.length; depth > 0; depth--) {
      const node = document.getIn(field.slice(0, depth), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return undefined;
  };
  return { value: document.toJS({ maxAliasCount: mostAliases }), problems: repeats, lineOf };
}

/** Puts what stands under the same key of a map into the first one. */
function joinRepeats(map: YAMLMap, lineAt: (offset: number) => number): RcProblem[] {
  const problems: RcProblem[] = [];
  const first = new Map<unknown, Pair>();
  map.items = map.items.filter((pair) => {
    const key = isScalar(pair.key) ? pair.key.value : pair.key;
    const before = first.get(key);
    if (before === undefined || key === '<<') {
      first.set(key, pair);
      return true;
    }
    const [line, again] = [before, pair].map(({ key: node }) => (isNode(node) && node.range ? lineAt(node.range[0]) : 0));
    problems.push(warning([], `${String(key)} stands twice, in lines ${line} and ${again}; ${joinPair(before, pair)}`));
    return false;
  });
  return problems;
}

/** Maps are joined, and what they both say is looked at again as their own repeat. */
function joinPair(before: Pair, pair: Pair): string {
  if (isMap(before.value) && isMap(pair.value)) {
    before.value.items.push(...pair.value.items);
    return 'what is under both is used';
  }
  before.value = pair.value;
  return 'the later one is used';
}
