import { describe, expect, it } from '@jest/globals';
import type { RunPlan } from './run-plan.ts';
import { Secrets } from './secrets.ts';

describe('secrets of a plan', () => {
  const secrets = Secrets.of({
    settings: { formFactor: 'mobile', extraHeaders: { authorization: 'Bearer abc/def=' }, cookies: [{ name: 'sid', value: 'c00kie"!' }] },
    secrets: ['api-key-1', 'api-key-1-long', 'abc'],
  } as unknown as RunPlan);

  it.each([
    ['Bearer abc/def=', '***'],
    ['with abc/def= alone', 'with *** alone'],
    ['/?key=abc%2Fdef%3D&x=1', '/?key=***&x=1'],
    ['{"v":"c00kie\\"!"}', '{"v":"***"}'],
    // The longer one whole, not a part of it.
    ['api-key-1-long', '***'],
    // Too short to be hidden without hiding everything.
    ['abc', 'abc'],
  ])('%s is kept as %s', (text, kept) => {
    expect(secrets.maskIn(text)).toBe(kept);
  });

  it('are found in names and at any depth, and what is no text stays what it was', () => {
    const masked = secrets.maskAll({ list: [{ 'api-key-1': null, n: 5, ok: true, deep: { text: 'is api-key-1' } }] });
    expect(masked).toEqual({ list: [{ '***': null, n: 5, ok: true, deep: { text: 'is ***' } }] });
  });
});
