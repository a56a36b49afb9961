import { addressKind } from '#platform';

/** Whether a provider out in the world may be able to fetch it, over https: not where the name or the address is of the own network. */
export function isPublicUrl(url: string): boolean {
  const { protocol, hostname } = URL.parse(url) ?? {};
  if (protocol !== 'https:' || hostname === undefined) return false;
  if (/^[\d.]+$|^\[/.test(hostname)) return addressKind(hostname.replaceAll(/[[\]]/g, '')) === 'public';
  return hostname.includes('.') && !/\.(?:local|localhost|internal|lan|home\.arpa|test|invalid)\.?$/i.test(hostname);
}
