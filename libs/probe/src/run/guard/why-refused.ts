import { isIP } from 'node:net';
import { addressKind, isMetadataName } from '../../../../platform/src/bundled.ts';

export interface Destination {
  /** As a parsed URL writes it: small letters, no brackets, no dot at its end. */
  readonly host: string;
  readonly port: number;
  /** All that the name leads to. */
  readonly addresses: readonly string[];
}

const webPorts = [80, 443];

/**
 * Why a browser of ours may not connect there, for people; undefined where it may. A listed host may be in a private network and at any port, and yet no
 * name leads to addresses of a link or of a cloud's metadata: only such an address itself may be listed, by an operator who means it.
 */
export function whyRefused({ host, port, addresses }: Destination, allowedHosts: readonly string[]): string | undefined {
  const listed = allowedHosts.some((pattern) => isListed(pattern, host, port));
  const place = `${host}:${port}`;
  if (!listed && isMetadataName(host)) return `${place} hands out credentials of machines`;
  if (!listed && !webPorts.includes(port)) return `${place} is neither at port 80 nor 443, and not among the allowed hosts`;
  const refused = addresses.find((address) => !isOpen(address, listed, isIP(host) > 0));
  if (refused === undefined) return undefined;
  const leads = refused === host ? place : `${place} leads to ${refused}, which`;
  if (addressKind(refused) === 'private') return `${leads} is on this machine or in a private network, and not among the allowed hosts`;
  return `${leads} is no address of the web`;
}

/** One that is listed as it stands is open whatever it is. */
function isOpen(address: string, listed: boolean, isLiteral: boolean): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (listed && (kind === 'private' || isLiteral));
}

/** `*.` stands for at least one name in front; without a port any port is meant. IPv6 with a port is written `[::1]:8080`. */
function isListed(pattern: string, host: string, port: number): boolean {
  const [, name, wanted] = /^(.*?)(?::(\d+))?$/.exec(isIP(pattern) === 6 ? `[${pattern}]` : pattern.toLowerCase()) ?? [];
  if (name === undefined || (wanted !== undefined && Number(wanted) !== port)) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  return bare.startsWith('*.') ? host.endsWith(bare.slice(1)) && host.length > bare.length - 1 : host === bare;
}
