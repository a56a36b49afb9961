import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import { readSecrets, signatureOf } from './webhook-signature.ts';

const [one, other] = [24, 64].map((length) => `whsec_${Buffer.alloc(length, length).toString('base64')}`) as [string, string];
const at = new Date(Date.UTC(2026, 4, 6, 10));
const seconds = at.getTime() / 1_000;

it('is the one that receivers compute', () => {
  fc.assert(
    fc.property(hostileText(), (text) => {
      const body = JSON.stringify({ text });
      expect(signatureOf(readSecrets(one), 'msg_1', seconds, Buffer.from(body))).toBe(new Webhook(one).sign('msg_1', at, body));
    }),
  );
});

it('is one for each secret', () => {
  const signature = signatureOf(readSecrets(` ${one}  ${other} `), 'msg_1', seconds, Buffer.from('{}'));
  expect(signature.split(' ')).toEqual([one, other].map((secret) => new Webhook(secret).sign('msg_1', at, '{}')));
});

it('has a secret with or without its prefix', () => {
  expect(readSecrets(one.replace('whsec_', ''))).toEqual(readSecrets(one));
});

describe('a secret', () => {
  it.each([
    '',
    '  ',
    'whsec_',
    'whsec_!!!!',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    `${one} short`,
  ])('%p is none', (text) => {
    expect(() => readSecrets(text)).toThrow(/^it has no secret$|^a secret of it is not whsec_ and base64 of 24 to 64 bytes$/);
  });
});
