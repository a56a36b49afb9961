import type { IncomingHttpHeaders } from 'node:http';

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Why a request may come from a web page of another site, or undefined. A page can send its reader's browser to a loopback
 * port; a name that its owner points at 127.0.0.1 shows in Host, everything else in Origin or Sec-Fetch-Site.
 */
export function foreignSite(headers: IncomingHttpHeaders, boundToLoopback: boolean): string | undefined {
  const { host = '', origin } = headers;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (boundToLoopback && !isLoopback(name)) return 'Host names another machine than this one';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'a web page of another site may not ask here';
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'a web page of another site may not ask here';
  return undefined;
}
