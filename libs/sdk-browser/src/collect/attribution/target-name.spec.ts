import { describe, expect, it } from '@jest/globals';
import { targetName } from './target-name.ts';

type Parts = { nodeName: string; id?: string; classList?: string[] };

/** A branch of a document, outermost first; the answer is its innermost node. */
function branch(...parts: Parts[]): Node {
  const document = { nodeName: '#document', parentNode: null };
  return parts.reduce((parentNode: object, part) => ({ ...part, parentNode }), document) as unknown as Node;
}

describe('targetName', () => {
  it('is the path of tags and classes', () => {
    const node = branch({ nodeName: 'HTML' }, { nodeName: 'BODY' }, { nodeName: 'BUTTON', classList: ['go', 'big'] });
    expect(targetName(node)).toBe('html>body>button.go.big');
  });

  it('ends at the nearest id', () => {
    const node = branch({ nodeName: 'HTML' }, { nodeName: 'MAIN', id: 'shop' }, { nodeName: 'P' }, { nodeName: '#text' });
    expect(targetName(node)).toBe('#shop>p>#text');
  });

  it('has at most 100 characters, of the inner end', () => {
    const long = (letter: string) => ({ nodeName: 'DIV', classList: [letter.repeat(60)] });
    expect(targetName(branch(long('a'), long('b')))).toBe(`div.${'b'.repeat(60)}`);
    expect(targetName(branch({ nodeName: 'DIV', classList: ['c'.repeat(200)] }))).toHaveLength(100);
  });

  it('is nothing for no node', () => {
    expect(targetName(undefined)).toBeUndefined();
  });
});
