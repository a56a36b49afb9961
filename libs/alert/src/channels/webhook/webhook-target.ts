import { isIP } from 'node:net';
import { addressKind, isMetadataName } from '#platform';

export interface TargetRules {
  /** Private addresses and any port. */
  readonly allowPrivate: boolean;
  /** Where private addresses are not allowed: 80 and 443 otherwise. */
  readonly ports?: readonly number[];
}

/** Parses the address once, as it will be used. Throws where nothing is ever to be posted there, and says why without saying the address. */
export function readTarget(text: string, { allowPrivate, ports = [80, 443] }: TargetRules): URL {
  if (!URL.canParse(text)) throw new Error('its address is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('its address is not http:// or https://');
  if (url.username !== '' || url.password !== '') throw new Error('its address has a user or a password in it');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (!allowPrivate && !ports.includes(port)) throw new Error(`its port ${port} is none of ${ports.join(', ')}`);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isMetadataName(host) || (isIP(host) > 0 && !isAllowed(host, allowPrivate))) throw new Error('its address must not be posted to');
  return url;
}

export function isAllowed(address: string, allowPrivate: boolean): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (kind === 'private' && allowPrivate);
}
