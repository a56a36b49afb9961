import { describe, expect, it } from '@jest/globals';
import { scrubText } from './scrub-text.ts';

const none = new Set<string>();

describe('scrubText', () => {
  it.each([
    ['write to jane.doe+x@example.co.uk now', 'write to [email] now'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: [token]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123', '[token]'],
    ['key sk-proj-abcdefghij0123456789', 'key [token]'],
    ['https://example.com/a?auth_token=s3cret&x=1#frag', 'https://example.com/a'],
    ['password=hunter2 rest', 'password=[redacted] rest'],
    ['from 203.0.113.7 port 80', 'from [address] port 80'],
    ['from 2001:db8:0:0:0:ff00:42:8329', 'from [address]'],
    ['from 2001:db8::ff00:42:8329.', 'from [address].'],
    ['from 2001:DB8::1', 'from [address]'],
    ['MAC 00:1b:44:11:3a:b7', 'MAC [address]'],
    ['AUTHORIZATION: BEARER abcdef0123456789', 'AUTHORIZATION: [token]'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key [token]'],
    ['card 4111 1111 1111 1111 done', 'card [card] done'],
    ['card 4111-1111-1111-1111', 'card [card]'],
    ['id deadbeefdeadbeefdeadbeefdeadbeef01', 'id [token]'],
  ])('%s becomes %s', (text, expected) => {
    expect(scrubText(text, none)).toBe(expected);
  });

  it.each([
    'div#main > h1.title',
    'TypeError: x is not a function',
    '4111 1111 1111 1112',
    'v1.22.333',
    'search_classes',
    'order 12345',
    'at 12:30:45',
    'std::vector of ab::cd',
    'b: 2, c: 3',
    'job 0190b6a0-7b6c-7000-8000-0123456789ab',
  ])('leaves %s alone', (text) => {
    expect(scrubText(text, none)).toBe(text);
  });

  it('keeps the query parameters that the project lists', () => {
    expect(scrubText('/a?page=2&token=x', new Set(['page']))).toBe('/a?page=2');
  });

  it('leaves a UUID whole whose digits look like a card', () => {
    const text = 'job 0194b6a0-4111-1111-1111-111100000000 failed';
    expect(scrubText(text, none)).toBe(text);
    expect(scrubText('job 0194b6a0-4111-1111-1111-1111 failed', none)).toBe('job 0194b6a0-[card] failed');
  });

  it('takes time in proportion to the text', () => {
    const hostile = [
      'a@'.repeat(1_000),
      '1-'.repeat(1_000),
      '?'.repeat(2_000),
      'token='.repeat(300),
      '1.'.repeat(1_000),
      'a'.repeat(2_048),
      'f:'.repeat(1_000),
    ];
    for (const text of hostile) {
      const steps = Array.from({ length: 50 }, () => scrubText(text, none));
      expect(steps).toHaveLength(50);
    }
  });
});
