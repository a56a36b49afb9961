/** A span of a server, or what a browser measured, before it has its place in the trace. Times in milliseconds since 1970. */
export interface TraceNode {
  readonly id: string;
  /** Null for a root. */
  readonly parentId: string | null;
  readonly source: 'browser' | 'server';
  readonly start: number;
  readonly durationMs: number;
}

/** Where it stands. */
interface Placed {
  /** Levels below its root. */
  readonly depth: number;
  /** From the trace's start to its own. */
  readonly offsetMs: number;
  /** What is not covered by its children; where they ran at once, each moment counts once. */
  readonly selfMs: number;
  /** Its parent is not among those that came. */
  readonly orphan: boolean;
}

export interface TraceTree<Node extends TraceNode> {
  readonly start: number;
  readonly durationMs: number;
  /** Parents before children, siblings by start. */
  readonly nodes: readonly (Node & Placed)[];
  /**
   * How far the parts of servers stick out of the browser's that they belong to, at most: their clocks are that far apart at least. Shown, not
   * mended. 0 where both do not meet.
   */
  readonly clockSkewMs: number;
}

/** Puts the nodes of a trace in order. Of nodes with one id the first counts; a loop of parents is broken at its earliest node. */
export function traceTree<Node extends TraceNode>(given: readonly Node[]): TraceTree<Node> {
  const byId = new Map<string, Node>();
  for (const node of [...given].sort(byStart)) if (!byId.has(node.id)) byId.set(node.id, node);
  const nodes = [...byId.values()];
  const start = nodes[0]?.start ?? 0;
  const end = nodes.reduce((latest, node) => Math.max(latest, endOf(node)), start);
  const children = Map.groupBy(nodes, ({ parentId }) => (parentId !== null && byId.has(parentId) ? parentId : null));
  const placed: (Node & Placed)[] = [];
  const seen = new Set<string>();
  const place = (root: Node) => {
    // A stack and no recursion: traces may be as deep as they have spans.
    const waiting: [Node, number][] = [[root, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [node, depth] = next;
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      const below = children.get(node.id) ?? [];
      const orphan = node.parentId !== null && !byId.has(node.parentId);
      placed.push({ ...node, depth, offsetMs: node.start - start, selfMs: Math.max(0, node.durationMs - covered(node, below)), orphan });
      for (const child of below.toReversed()) waiting.push([child, depth + 1]);
    }
  };
  for (const root of children.get(null) ?? []) place(root);
  for (const node of nodes) if (!seen.has(node.id)) place(node);
  return { start, durationMs: end - start, nodes: placed, clockSkewMs: skewOf(nodes, byId) };
}

const byStart = (one: TraceNode, other: TraceNode) => one.start - other.start || other.durationMs - one.durationMs;
const endOf = ({ start, durationMs }: TraceNode) => start + durationMs;

/** Milliseconds of the node in which at least one of its children, ordered by start, was at work. */
function covered(node: TraceNode, children: readonly TraceNode[]): number {
  let [sum, until] = [0, node.start];
  for (const child of children) {
    const [from, to] = [Math.max(child.start, until), Math.min(endOf(child), endOf(node))];
    if (to <= from) continue;
    sum += to - from;
    until = to;
  }
  return sum;
}

function skewOf(nodes: readonly TraceNode[], byId: ReadonlyMap<string, TraceNode>): number {
  return nodes.reduce((most, node) => {
    const parent = node.parentId === null ? undefined : byId.get(node.parentId);
    if (parent === undefined || parent.source !== 'browser' || node.source !== 'server') return most;
    return Math.max(most, parent.start - node.start, endOf(node) - endOf(parent));
  }, 0);
}
