import { BlockList, isIP } from 'node:net';

/** `private`: of the own network, for who allows it. `never`: nothing that is asked over HTTP lives there. */
export type AddressKind = 'public' | 'private' | 'never';

const listOf = (family: 'ipv4' | 'ipv6', networks: readonly string[]) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    list.addSubnet(address!, Number(prefix), family);
  }
  return list;
};

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const private4 = listOf('ipv4', ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);
const never4 = listOf('ipv4', [
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Metadata of Alibaba's and Azure's machines, in ranges that are not for that.
  ...['100.100.100.200/32', '168.63.129.16/32'],
]);

/** https://www.iana.org/assignments/iana-ipv6-special-registry: only 2000::/3 is public, so that mapped, NAT64 and unheard-of forms are not. */
const global6 = listOf('ipv6', ['2000::/3']);
const private6 = listOf('ipv6', ['::1/128', 'fc00::/7']);
const never6 = listOf('ipv6', [
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
  // Metadata of Amazon's machines.
  'fd00:ec2::/32',
]);

/** Of an address as a resolver or a parsed URL writes it; whatever is written otherwise is `never`. */
export function addressKind(address: string): AddressKind {
  switch (isIP(address)) {
    case 4:
      return never4.check(address, 'ipv4') ? 'never' : private4.check(address, 'ipv4') ? 'private' : 'public';
    case 6:
      // With a zone it is of this machine's links.
      if (address.includes('%') || never6.check(address, 'ipv6')) return 'never';
      return private6.check(address, 'ipv6') ? 'private' : global6.check(address, 'ipv6') ? 'public' : 'never';
    default:
      return 'never';
  }
}
