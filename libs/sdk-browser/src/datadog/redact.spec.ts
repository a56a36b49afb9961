import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from './redact.ts';

const redactor = new Redactor(['page']);

describe('an address', () => {
  it.each([
    ['https://a.example/x?auth_token=s3cret', 'https://a.example/x?auth_token=REDACTED'],
    ['https://a.example/x?auth_token=a=b&page=2&q=', 'https://a.example/x?auth_token=REDACTED&page=2&q=REDACTED'],
    ['https://a.example/x?s3cret', 'https://a.example/x?REDACTED'],
    ['https://a.example/x?page=2#/classes', 'https://a.example/x?page=2#/classes'],
    ['https://a.example/#access_token=s3cret&page=3', 'https://a.example/#access_token=REDACTED&page=3'],
    ['https://a.example/#/classes?token=s3cret', 'https://a.example/#/classes?token=REDACTED'],
    ['https://jane:s3cret@a.example/x', 'https://a.example/x'],
    ['https://a.example/people/jane@example.com/x', 'https://a.example/people/REDACTED/x'],
    ['https://a.example/x?a=1?token=s3cret', 'https://a.example/x?a=REDACTED?token=REDACTED'],
    ['/relative?token=s3cret', '/relative?token=REDACTED'],
    ['about:srcdoc', 'about:srcdoc'],
    ['', ''],
  ])('%s becomes %s', (address, expected) => {
    expect(redactor.address(address)).toBe(expected);
  });
});

describe('a text', () => {
  it.each([
    ['no answer of https://a.example/x?auth_token=s3cret, twice', 'no answer of https://a.example/x?auth_token=REDACTED twice'],
    ['at f (https://a.example/app.js?v=s3cret:10:5)', 'at f (https://a.example/app.js?v=REDACTED:10:5)'],
    ['write to jane.doe+x@example.co.uk now', 'write to REDACTED now'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: REDACTED'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123', 'REDACTED'],
    ['key sk-proj-abcdefghij0123456789', 'key REDACTED'],
    ['{"password": "s3cret", "page": 2}', '{"password": "REDACTED", "page": 2}'],
    ['auth_token=s3cret&x=1', 'auth_token=REDACTED&x=1'],
    ['card 4111 1111 1111 1111 done', 'card REDACTED done'],
  ])('%s becomes %s', (text, expected) => {
    expect(redactor.text(text)).toBe(expected);
  });

  it.each([
    'TypeError: x is not a function',
    '4111 1111 1111 1112',
    'at render (https://a.example/app.3f2a9c.js:10:5)',
    'div#main > h1.title',
    'really? yes',
    'job 0190b6a0-7b6c-7000-8000-0123456789ab',
    'the token is missing',
  ])('%s stays as it is', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('takes time in proportion to it', () => {
    for (const part of ['a@', '1-', '?', 'token=', 'https://', 'a=b&', 'eyJ', '"', '\0'])
      expect(typeof redactor.text(part.repeat(20_000))).toBe('string');
  });
});

describe('a value', () => {
  it('is redacted wherever a text stands in it, and by the names of what is secret', () => {
    const given = { password: 's3cret', near: [{ who: 'jane@example.com' }], n: 4_111, none: null, sessionId: 'abc' };
    expect(redactor.value(given)).toEqual({
      password: 'REDACTED',
      near: [{ who: 'REDACTED' }],
      n: 4_111,
      none: null,
      sessionId: 'REDACTED',
    });
    expect(given.password).toBe('s3cret');
  });

  it('that is too deep is cut, and one that holds itself ends', () => {
    const loop: { own?: unknown } = {};
    loop.own = loop;
    expect(JSON.stringify(redactor.value(loop)).length).toBeLessThan(200);
  });

  it('never throws, and leaves no parameter behind a question mark', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (url, text) => {
        const [, query = ''] = redactor.address(url).split('#', 1)[0]!.split('?');
        for (const pair of query.split('&')) expect(pair).toMatch(/^$|REDACTED|^page=/);
        expect(typeof redactor.text(text + url)).toBe('string');
      }),
    );
  });
});
