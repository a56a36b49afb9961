import { describe, expect, it } from '@jest/globals';
import { clientAddress, networkOf, trustedProxies } from './client-network.ts';

describe('clientAddress', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '2001:db8::1']);

  it.each([
    ['no proxy trusted: the header is hearsay', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['one trusted proxy: the hop before it', '10.1.1.1', '1.2.3.4', '1.2.3.4'],
    ['a forged chain through a trusted proxy: only the last hop counts', '10.1.1.1', '9.9.9.9, 1.2.3.4', '1.2.3.4'],
    ['two trusted proxies', '10.1.1.1', '1.2.3.4, 10.2.2.2', '1.2.3.4'],
    ['a trusted IPv6 proxy', '2001:db8::1', '1.2.3.4', '1.2.3.4'],
    ['a mapped address', '::ffff:10.1.1.1', '1.2.3.4', '1.2.3.4'],
    ['garbage ends the walk', '10.1.1.1', '1.2.3.4, <script>', '10.1.1.1'],
    ['everyone trusted: the first hop', '10.1.1.1', '10.3.3.3', '10.3.3.3'],
  ])('%s', (_name, peer, header, expected) => {
    expect(clientAddress(peer, header, trusted)).toBe(expected);
  });
});

describe('networkOf', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['not an address', ''],
  ])('cuts %s to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
