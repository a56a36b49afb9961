import { describe, expect, it } from '@jest/globals';
import { bounded } from './bounded.ts';

describe('bounded', () => {
  it('cuts text and leaves the rest', () => {
    expect(bounded({ text: 'abcdef', number: 1.5, truth: false }, 3)).toEqual({ text: 'abc', number: 1.5, truth: false });
  });

  it.each([
    ['https://app.example/a.js?token=secret#part', 'https://app.example/a.js'],
    ['failed: https://app.example/a?x=1 and https://b.example/?y=2', 'failed: https://app.example/a and https://b.example/'],
    ['at go (https://app.example/a.js?v=2:10:5)', 'at go (https://app.example/a.js:10:5)'],
    ['why? because#1', 'why? because#1'],
    ['#shop>button', '#shop>button'],
  ])('%s becomes %s', (text, kept) => {
    expect(bounded({ text }, 256)).toEqual({ text: kept });
  });
});
