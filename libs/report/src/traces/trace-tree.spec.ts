import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TraceNode, traceTree } from './trace-tree.ts';

const node = (id: string, parentId: string | null, start: number, durationMs: number, source: TraceNode['source'] = 'server') => ({
  ...{ id, parentId, start, durationMs, source },
});
const outline = (nodes: readonly TraceNode[]) =>
  traceTree(nodes).nodes.map(({ id, depth, offsetMs, selfMs }) => [id, depth, offsetMs, selfMs]);

describe('the tree of a trace', () => {
  it('has parents before children, siblings by start, and what each did itself', () => {
    const nodes = [
      node('db2', 'call', 1_060, 30),
      node('call', null, 1_000, 100),
      node('db1', 'call', 1_010, 40),
      node('row', 'db1', 1_020, 5),
    ];
    expect(outline(nodes)).toEqual([
      ['call', 0, 0, 30],
      ['db1', 1, 10, 35],
      ['row', 2, 20, 5],
      ['db2', 1, 60, 30],
    ]);
    expect(traceTree(nodes)).toMatchObject({ start: 1_000, durationMs: 100, clockSkewMs: 0 });
  });

  it('counts a moment once where children ran at once, and not what is beyond the parent', () => {
    const nodes = [node('a', null, 0, 100), node('b', 'a', 10, 50), node('c', 'a', 20, 20), node('d', 'a', 50, 90)];
    expect(outline(nodes)[0]).toEqual(['a', 0, 0, 10]);
  });

  it('marks those whose parent did not come', () => {
    expect(traceTree([node('a', 'gone', 0, 1), node('b', null, 5, 1)]).nodes).toMatchObject([
      { id: 'a', orphan: true, depth: 0 },
      { id: 'b', orphan: false },
    ]);
  });

  it('says how far the clocks of browser and server are apart at least', () => {
    expect(traceTree([node('tool', null, 1_000, 200, 'browser'), node('call', 'tool', 950, 100)]).clockSkewMs).toBe(50);
    expect(traceTree([node('tool', null, 1_000, 200, 'browser'), node('call', 'tool', 1_150, 80)]).clockSkewMs).toBe(30);
    expect(traceTree([node('a', null, 1_000, 200), node('b', 'a', 900, 10)]).clockSkewMs).toBe(0);
  });

  it('has each node once, whatever the parents are', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const any = fc.record({
      ...{ id, parentId: fc.option(id), start: fc.nat(100), durationMs: fc.nat(100) },
      source: fc.constantFrom('browser' as const, 'server' as const),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (given) => {
        const { nodes } = traceTree(given);
        expect(nodes.map((one) => one.id).sort()).toEqual([...new Set(given.map((one) => one.id))].sort());
        for (const { selfMs, durationMs, offsetMs } of nodes) {
          expect(selfMs).toBeGreaterThanOrEqual(0);
          expect(selfMs).toBeLessThanOrEqual(durationMs);
          expect(offsetMs).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
