import { describe, expect, it } from '@jest/globals';
import { roleOf } from './assistant-access.ts';

const none = { read: undefined, operate: undefined };
const both = { read: 'read-token-0123456789', operate: 'operate-token-0123456789' };
const local = { host: '127.0.0.1:8080' };
const bearer = (token: string) => ({ host: 'house.example', authorization: `Bearer ${token}` });
const from = (headers: Record<string, string>, remoteAddress = '127.0.0.1') => ({ headers, remoteAddress });

describe('who asks', () => {
  it.each([
    ['this machine, where there are no tokens', from(local), none, 'operate'],
    ['this machine, as it shows itself on a socket for both families', from(local, '::ffff:127.0.0.1'), none, 'operate'],
    ['this machine, where changing wants a token', from(local), both, 'read'],
    ['another machine with the token that reads', from(bearer(both.read), '10.0.0.9'), both, 'read'],
    ['another machine with the token that changes', from(bearer(both.operate), '10.0.0.9'), both, 'operate'],
  ])('%s', (_, caller, tokens, role) => expect(roleOf(caller, tokens)).toBe(role));

  it.each([
    ['another machine without a token', from({ host: '10.0.0.1:8080' }, '10.0.0.9'), both, 401],
    ['another machine that names this one', from(local, '10.0.0.9'), both, 401],
    ['the world by a proxy on this machine', from({ host: 'house.example' }), both, 401],
    ['a name that its owner points here, where there are no tokens', from({ host: 'evil.example:8080' }), none, 403],
    ['a token that nobody has', from(bearer('guessed-token-0123456')), both, 401],
    ['any token, where there are none', from({ ...local, authorization: 'Bearer undefined' }), none, 401],
    ['a page of another site', from({ ...local, origin: 'https://evil.example' }), none, 403],
    ['a page of another site with a token', from({ ...bearer(both.read), 'sec-fetch-site': 'cross-site' }), both, 403],
  ])('not %s', (_, caller, tokens, status) => expect(roleOf(caller, tokens)).toMatchObject({ status }));
});
