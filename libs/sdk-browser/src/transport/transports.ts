/** What became of one attempt. Status 0: no answer, the network or the page's rules were in the way. */
export interface Answer {
  _status: number;
  _retryAfter?: string | null;
  /** Handed to the browser, which will not tell. */
  _unsure?: boolean;
}

export interface Transport {
  /** Absolute address, to recognise in the browser's reports of what its rules blocked. */
  _url?: string;
  /** Must start the request before it returns: a page that is leaving runs nothing later. */
  _send(body: string, leaving: boolean): Answer | Promise<Answer>;
}

/**
 * A page that stays hears the answer of its fetch, and with `keepalive` the request outlives one that goes. A page that
 * is leaving cannot hear it and uses sendBeacon. The body is text: any other type would cost a preflight.
 */
export function httpTransport(endpoint: string, key: string | undefined): Transport {
  const url = new URL(endpoint, document.baseURI);
  if (key) url.searchParams.set('key', key);
  return {
    _url: url.href,
    _send(body, leaving) {
      if (leaving && sendBeacon(url.href, body)) return { _status: 202, _unsure: true };
      return fetch(url.href, { method: 'POST', body, keepalive: true, credentials: 'omit' }).then((response) => ({
        _status: response.status,
        _retryAfter: response.headers.get('retry-after'),
      }));
    },
  };
}

function sendBeacon(url: string, body: string): boolean {
  try {
    return navigator.sendBeacon(url, body);
  } catch {
    return false;
  }
}
