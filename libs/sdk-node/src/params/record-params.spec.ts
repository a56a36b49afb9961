import { describe, expect, it } from '@jest/globals';
import { recordParams } from './record-params.ts';
import { redactText } from './redact.ts';

describe('recorded parameters', () => {
  it('are those on the list, and no others', () => {
    const params = { query: 'yoga', page: 2, exact: true, city: null, secretPlan: 'x' };
    expect(recordParams(params, {})).toBeUndefined();
    expect(recordParams(params, { params: ['query', 'page', 'exact', 'city', 'missing'] })).toBe(
      '{"query":"yoga","page":2,"exact":true,"city":null}',
    );
    for (const nothing of [undefined, null, 'text', 7]) expect(recordParams(nothing, { params: ['query'] })).toBeUndefined();
    expect(recordParams({ __proto__: { inherited: 1 } }, { params: ['inherited', 'toString'] })).toBeUndefined();
  });

  it('keep no secret, whatever the list says', () => {
    const params = { apiKey: 'a', user: { Password: 'b', session_id: 'c', name: 'ada' }, text: 'Bearer abcdefgh1234' };
    expect(recordParams(params, { params: ['apiKey', 'user', 'text'] })).toBe(
      '{"apiKey":"[redacted]","user":{"Password":"[redacted]","session_id":"[redacted]","name":"ada"},"text":"Bearer [redacted]"}',
    );
  });

  it('are bounded in depth, items, length and sum', () => {
    const deep = { a: { b: { c: { d: 1 } } } };
    expect(recordParams({ deep }, { params: ['deep'] })).toBe('{"deep":{"a":{"b":{"c":"[object]"}}}}');
    expect(recordParams({ list: Array.from({ length: 50 }, (_, i) => i) }, { params: ['list'] })).toBe('{"list":[0,1,2,3,4,5,6,7,8,9]}');
    const [text] = JSON.parse(`[${recordParams({ text: 'é'.repeat(5_000) }, { params: ['text'] })}]`);
    expect(text.text).toHaveLength(256);
    const names = Array.from({ length: 40 }, (_, i) => `p${i}`);
    const many = recordParams(Object.fromEntries(names.map((name) => [name, 'é'.repeat(200)])), { params: names });
    expect(Buffer.byteLength(many!)).toBeLessThanOrEqual(2_048);
    expect(Object.keys(JSON.parse(many!))).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(Object.keys(JSON.parse(recordParams(Object.fromEntries(names.map((name) => [name, 1])), { params: names })!))).toHaveLength(32);
  });

  it('go through the app first, whose answer is redacted all the same', () => {
    const redact = (name: string, value: unknown) => (name === 'age' ? undefined : `${value} of ada@example.com`);
    expect(recordParams({ age: 40, city: 'Rome' }, { params: ['age', 'city'], redact })).toBe('{"city":"Rome of [email]"}');
  });
});

describe('redacted texts', () => {
  it.each([
    ['write to Ada.L+x@mail.example.co.uk now', 'write to [email] now'],
    ['jwt eyJhbGciOi.eyJzdWIiOiIx.abc-d', 'jwt [redacted]'],
    ['Authorization: basic dXNlcjpwYXNz', 'Authorization: basic [redacted]'],
    ['?auth_token=abc&x=1', '?auth_token=[redacted]&x=1'],
    ['{"password": "hunter2"}', '{"password": "[redacted]"}'],
    ['key sk_live_abcdefghijklmnop1234', 'key [redacted]'],
    ['postgres://app:hunter2@db/shop', 'postgres://[redacted]@db/shop'],
    ['nothing to see, 3 classes at 18:00', 'nothing to see, 3 classes at 18:00'],
  ])('%s', (text, clean) => {
    expect(redactText(text, 256)).toBe(clean);
  });

  it('keep no half of what a cut went through', () => {
    const text = `${'ada.lovelace.with.a.long.name@example.com '.repeat(24)}bob.long.name@example.com`;
    expect(redactText(text, 256)).not.toContain('bob');
  });

  it('take no longer for hostile texts', () => {
    for (const piece of ['a', 'a.', 'a-', 'token', 'eyJ', '=', ' ', '@', 'a@'])
      expect(redactText(piece.repeat(100_000), 4_096).length).toBeLessThanOrEqual(4_096);
  });
});
