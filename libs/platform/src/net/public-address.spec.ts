import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AddressKind, addressKind } from './public-address.ts';

const table: Readonly<Record<AddressKind, readonly string[]>> = {
  public: [
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '93.184.216.34',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...['172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '169.253.255.255', '169.255.0.0', '198.17.255.255', '198.20.0.0'],
    ...['223.255.255.255', '2606:4700:4700::1111', '2a00:1450:4001:800::200e', '2001:4860:4860::8888', '3ffe::1', '2003::1'],
  ],
  private: [
    ...[
      '10.0.0.0',
      '10.255.255.255',
      '127.0.0.1',
      '127.255.255.255',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.0',
      '100.127.255.255',
    ],
    ...['::1', '0:0:0:0:0:0:0:1', 'fc00::', 'fd12:3456::1', 'fdff:ffff::'],
  ],
  never: [
    ...['0.0.0.0', '0.1.2.3', '169.254.0.1', '169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.0.192', '192.0.2.1'],
    ...[
      '192.88.99.1',
      '198.18.0.0',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...['::', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'fe80::1%eth0', '2606:4700::1%1', 'fd00:ec2::254'],
    // Of an address of the other kind: mapped, compatible, NAT64, 6to4, Teredo.
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::808:808',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
    ],
    // Documentation, discarding, and what nobody has given away.
    ...['2001:db8::1', '3fff::1', '100::1', '4000::1', '5f00::1'],
    // Forms that only some programs read, each in its own way.
    ...[
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '010.0.0.1',
      '127.1',
      '127.0.1',
      '8.8.8.8 ',
      '1.1.1.1.',
      '[::1]',
      'localhost',
      '',
    ],
  ],
};

it.each(Object.entries(table).flatMap(([kind, addresses]) => addresses.map((address) => [address, kind])))('%p is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

it('an address inside another kind of address is never public, whichever it is', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::'), (address, prefix) => {
      expect(addressKind(`${prefix}${address}`)).not.toBe('public');
    }),
  );
});
