import { describe, expect, it } from '@jest/globals';
import { readAst } from './explain-ast.ts';

describe('a syntax tree', () => {
  it('is read with values, aliases and children', () => {
    const tree = readAst("Function in (alias x) (children 1)\n ExpressionList (children 2)\n  Identifier a\n  Literal 'b (alias c)'\n");
    expect(tree).toMatchObject({
      type: 'Function',
      value: 'in',
      alias: 'x',
      children: [{ children: [{ value: 'a' }, { type: 'Literal' }] }],
    });
  });
  it.each([
    ['one child too many', 'A (children 1)\n B\n C'],
    ['one child too few', 'A (children 2)\n B'],
    ['a node deeper than its parent', 'A (children 1)\n   B'],
    ['two roots', 'A\nB'],
    ['an empty line', 'A (children 1)\n\n B'],
    [
      'a name that adds a sibling',
      'Function in (children 1)\n ExpressionList (children 2)\n  Identifier x\n  Literal 1\n  Identifier hidden',
    ],
    ['nothing', ''],
  ])('with %s is refused', (_, text) => {
    expect(() => readAst(text)).toThrow(/ambiguous/);
  });
});
