import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** The proxies whose X-Forwarded-For is believed. */
export function trustedProxies(addressesAndBlocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of addressesAndBlocks) {
    const [address, bits] = entry.split('/') as [string, string | undefined];
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

/** The first hop, seen from here, that is not a trusted proxy; everything left of it is hearsay. */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: BlockList): string {
  const hops =
    forwardedFor === undefined
      ? []
      : forwardedFor
          .slice(-1_024)
          .split(',')
          .map((hop) => plainAddress(hop.trim()));
  let address = plainAddress(peer);
  while (hops.length > 0 && isTrusted(address, trusted)) {
    const next = hops.pop()!;
    if (!isIPv4(next) && !isIPv6(next)) break;
    address = next;
  }
  return address;
}

/** An address cut to its /24 or /48. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0`;
  if (!isIPv6(address)) return '';
  const groups = expandIpv6(address).slice(0, 3);
  return `${groups.join(':')}::`;
}

function expandIpv6(address: string): string[] {
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
}

function isTrusted(address: string, trusted: BlockList): boolean {
  if (isIPv4(address)) return trusted.check(address, 'ipv4');
  return isIPv6(address) && trusted.check(address, 'ipv6');
}

/** `::ffff:10.0.0.1` is 10.0.0.1 on a dual-stack socket. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address;
}
